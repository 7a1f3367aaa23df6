//! Memory that C libraries free is overwritten, as [`zeroizing_alloc`] does for Rust's: GTK and the webview's
//! library pass what is on screen (a window title, an answer to the page) through blocks of their own. And what
//! is free goes back to the system.
//!
//! A program's own `free` and `realloc` come before the C library's for every library that it loads.
//! glibc keeps the originals under these names:
//! <https://sourceware.org/glibc/manual/2.36/html_node/Replacing-malloc.html>. The processes of the webview
//! are programs of their own, so nothing changes for them. This is the only module with unsafe code.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

/// WebKit's own allocator frees without `free`: what the page was answered would stay behind. With this in
/// the environment when it is loaded, it takes the C library's instead (WebKit, `bmalloc/Environment.cpp`).
const SYSTEM_MALLOC: &str = "Malloc";

/// Starts this program once more, so that the variable is there before any library is; then takes it out
/// again: the processes of the webview are started without it. Nothing else may run yet.
pub fn also_what_webkit_frees() {
    if std::env::var_os(SYSTEM_MALLOC).is_some() {
        // SAFETY: this is the only thread.
        unsafe { std::env::remove_var(SYSTEM_MALLOC) };
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // It returns only when that did not work. The window opens all the same.
    let _not_started = Command::new(program).args(std::env::args_os().skip(1)).env(SYSTEM_MALLOC, "1").exec();
}

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
    fn malloc_usable_size(block: *mut c_void) -> usize;
    fn malloc_trim(keep: usize) -> i32;
}

/// Gives free memory back to the system: reading a chart takes much that nothing needs after.
pub fn give_back() {
    // SAFETY: it takes no pointer and may be called at any time by any thread.
    unsafe { malloc_trim(0) };
}

/// # Safety
/// As C's `free`: `block` is null or came from `malloc` and its kin, and is not used again.
#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    // SAFETY: the block is still ours, as long as malloc_usable_size says, until the last line.
    unsafe {
        if !block.is_null() {
            ptr::write_bytes(block.cast::<u8>(), 0, malloc_usable_size(block));
        }
        __libc_free(block);
    }
}

/// A block that moves is wiped where it was; glibc's own `realloc` would leave it behind.
///
/// # Safety
/// As C's `realloc`.
#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: both blocks hold at least the bytes that are copied, and only the new one is used after.
    unsafe {
        let held = if block.is_null() { 0 } else { malloc_usable_size(block) };
        if size == 0 && !block.is_null() {
            free(block);
            return ptr::null_mut();
        }
        // It fits and does not waste more than half; what is beyond is wiped with the whole.
        if size <= held && size >= held / 2 {
            return block;
        }
        let moved = __libc_malloc(size);
        if !moved.is_null() && !block.is_null() {
            ptr::copy_nonoverlapping(block.cast::<u8>(), moved.cast::<u8>(), held.min(size));
            free(block);
        }
        moved
    }
}
