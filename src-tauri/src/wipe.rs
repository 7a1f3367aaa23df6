//! Memory that C libraries free is overwritten, as [`zeroizing_alloc`] does for Rust's: GTK and the webview's
//! library pass what is on screen (a window title, an answer to the page) through blocks of their own.
//!
//! A program's own `free` and `realloc` come before the C library's for every library that it loads.
//! glibc keeps the originals under these names:
//! <https://sourceware.org/glibc/manual/2.36/html_node/Replacing-malloc.html>. The processes of the webview
//! are programs of their own, so nothing changes for them. This is the only module with unsafe code.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr;

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
    fn malloc_usable_size(block: *mut c_void) -> usize;
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
