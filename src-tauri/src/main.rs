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

fn main() -> std::process::ExitCode {
    app::run()
}
