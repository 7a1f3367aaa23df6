//! The desktop shell. Nothing clinical: it carries commands, events and links.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod browser;
mod deep_link;
mod events;
mod ipc;
mod options;
mod problem;
mod window;

/// Freed memory is wiped, so that a locked process holds nothing of what was open.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// What C libraries (the webview's among them) free is overwritten too: glibc reads this only when a
/// program starts, so the program starts itself once more, as the same process.
/// <https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html>
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn wipe_what_c_frees() {
    use std::os::unix::process::CommandExt;
    const NAME: &str = "GLIBC_TUNABLES";
    if let Ok(me) = std::env::current_exe()
        && std::env::var_os(NAME).is_none()
    {
        let wiping = "glibc.malloc.perturb=90:glibc.malloc.tcache_count=0";
        // Comes back only when it failed; then it goes on without.
        let _ = std::process::Command::new(me).args(std::env::args_os().skip(1)).env(NAME, wiping).exec();
    }
}

fn main() -> std::process::ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    wipe_what_c_frees();
    app::run()
}
