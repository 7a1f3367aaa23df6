//! The desktop shell. Nothing clinical: it carries commands, events and links.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod apart;
mod app;
mod browser;
mod deep_link;
mod events;
mod ipc;
mod options;
mod problem;
mod room;
mod save;
mod window;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod wipe;

/// Freed memory is wiped, so that a locked process holds nothing of what was open.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> std::process::ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    wipe::also_what_webkit_frees();
    app::run()
}
