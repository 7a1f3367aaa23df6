//! What the commands need, and how it gets here: by name and said aloud, never silently.

use crate::processes::{cargo, find, npm, output, run, works};
use crate::say;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// Oldest Node that the user interface is built with.
const NODE: (u32, u32) = (20, 19);
const TAURI_DRIVER: &str = "2.1.0";

/// Something outside the repository: how to see that it is here, and the Debian package that brings it.
struct Need {
    package: &'static str,
    here: fn() -> bool,
}

const BUILD: &[Need] = &[
    Need { package: "build-essential", here: || find("cc").is_some() && find("make").is_some() },
    Need { package: "pkg-config", here: || find("pkg-config").is_some() },
    // builds the encryption inside SQLCipher
    Need { package: "perl", here: || find("perl").is_some() },
    Need { package: "libwebkit2gtk-4.1-dev", here: || has_library("webkit2gtk-4.1") },
];

const DESKTOP: &[Need] = &[
    Need { package: "xvfb", here: || find("Xvfb").is_some() },
    Need { package: "dbus", here: || find("dbus-daemon").is_some() && find("dbus-send").is_some() },
    Need { package: "gnome-keyring", here: || find("gnome-keyring-daemon").is_some() },
    Need { package: "xdg-utils", here: || find("xdg-open").is_some() },
];

const DRIVE: &[Need] = &[
    Need { package: "webkit2gtk-driver", here: || find("WebKitWebDriver").is_some() },
    // saves the memory of a locked process, to be searched
    Need { package: "gdb", here: || find("gcore").is_some() },
];
/// A desktop on which windows are placed, and a picture of all of it.
const BESIDE: &[Need] = &[
    Need { package: "openbox", here: || find("openbox").is_some() },
    Need { package: "imagemagick", here: || find("import").is_some() },
];
const VALIDATE: &[Need] = &[Need {
    package: "python3-venv",
    here: || works(Command::new("python3").args(["-c", "import ensurepip, venv"])),
}];
/// Reads PDF, and fonts for the scripts that Inter does not have.
const NOTES: &[Need] = &[
    Need {
        package: "poppler-utils",
        here: || ["pdftotext", "pdfinfo", "pdfdetach"].into_iter().all(|program| find(program).is_some()),
    },
    Need { package: "fonts-noto-core", here: || has_font("truetype/noto/NotoSansArabic-Regular.ttf") },
    Need { package: "fonts-noto-cjk", here: || has_font("opentype/noto/NotoSansCJK-Regular.ttc") },
    Need { package: "fonts-noto-color-emoji", here: || has_font("truetype/noto/NotoColorEmoji.ttf") },
];
const CHROMIUM: Need = Need { package: "chromium", here: || chromium().is_some() };

fn has_library(name: &str) -> bool {
    works(Command::new("pkg-config").args(["--exists", name]))
}

fn has_font(file: &str) -> bool {
    Path::new("/usr/share/fonts").join(file).exists()
}

/// A Python that can make virtual environments.
pub fn for_python() -> Result<(), String> {
    if cfg!(target_os = "linux") { install(VALIDATE.iter().collect()) } else { Ok(()) }
}

/// What reading the forms of a note back needs.
pub fn for_reading_notes() -> Result<(), String> {
    let fonts_have_names = cfg!(target_os = "linux");
    install(NOTES.iter().filter(|need| fonts_have_names || need.package == "poppler-utils").collect())
}

/// A Chromium of the system.
pub fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "google-chrome"].into_iter().find_map(find)
}

/// What building and the window need.
pub fn for_building() -> Result<(), String> {
    node()?;
    if cfg!(target_os = "linux") { install(BUILD.iter().collect()) } else { Ok(()) }
}

/// A virtual display with a keyring, where there is none.
pub fn for_virtual_desktop() -> Result<(), String> {
    install(DESKTOP.iter().chain([&CHROMIUM]).collect())
}

/// What driving the real window needs.
pub fn for_driving() -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err("the window is driven on Linux only".to_owned());
    }
    install(DESKTOP.iter().chain(DRIVE).chain(VALIDATE).collect())?;
    cargo_tool("tauri-driver", &["tauri-driver", "--version", TAURI_DRIVER])?;
    for_chromium()
}

/// What a picture of the window beside the browser needs.
pub fn for_desktop_pictures() -> Result<(), String> {
    for_driving()?;
    install(BESIDE.iter().collect())
}

/// Chromium and the modules of the end-to-end tests.
pub fn for_chromium() -> Result<(), String> {
    npm_ci("tests/e2e")?;
    if chromium().is_some() {
        return Ok(());
    }
    // Ubuntu's package only installs a snap; Playwright then brings its own.
    if cfg!(target_os = "linux") && !is_ubuntu() && install(vec![&CHROMIUM]).is_ok() {
        return Ok(());
    }
    say("Chromium is missing: Playwright downloads its own");
    run(npm("tests/e2e").args(["exec", "playwright-core", "--", "install", "--with-deps", "chromium"]))
}

fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

/// A cargo subcommand or tool, installed with its own lock file when it is missing.
pub fn cargo_tool(program: &str, install: &[&str]) -> Result<(), String> {
    if find(program).is_some() {
        return Ok(());
    }
    say(&format!("{program} is missing: cargo install {} --locked", install.join(" ")));
    run(cargo().arg("install").args(install).arg("--locked"))
}

/// Installs with apt where that is possible without asking anybody; else says what is missing.
fn install(needs: Vec<&Need>) -> Result<(), String> {
    let missing: Vec<&str> = needs.iter().filter(|need| !(need.here)()).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let sudo = !root && works(Command::new("sudo").args(["-n", "true"]));
    if find("apt-get").is_none() || !(root || sudo) {
        return Err(format!("please install these (named as in Debian), then try again: {names}"));
    }
    say(&format!("installing with apt: {names}"));
    let apt = |words: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]).args(words);
        run(&mut command)
    };
    // Package lists may be old yet good enough.
    if let Err(error) = apt(&["update"]) {
        say(&error);
    }
    apt(&[&["install", "-y", "--no-install-recommends"][..], &missing].concat())?;
    let still: Vec<&str> = needs.iter().filter(|need| !(need.here)()).map(|need| need.package).collect();
    if still.is_empty() { Ok(()) } else { Err(format!("still missing: {}", still.join(" "))) }
}

fn node() -> Result<(), String> {
    let (major, minor) = NODE;
    let wanted = format!("Node {major}.{minor} or newer with npm is needed (https://nodejs.org)");
    let text = output(Command::new("node").arg("--version")).map_err(|_| wanted.clone())?;
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found >= NODE { Ok(()) } else { Err(format!("{wanted}; here is {}", text.trim())) }
}

/// The modules exactly as locked.
pub fn npm_ci(folder: &str) -> Result<(), String> {
    let folder_path = crate::root().join(folder);
    let lock = changed(&folder_path.join("package-lock.json"));
    let installed = changed(&folder_path.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return Ok(());
    }
    say(&format!("npm ci in {folder}"));
    run(npm(folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// The user interface, built when something of it is newer than the last build.
pub fn build_ui() -> Result<(), String> {
    npm_ci("ui")?;
    let ui = crate::root().join("ui");
    let page = ui.join("dist/index.html");
    let is_built = std::fs::read_to_string(&page).is_ok_and(|text| text.contains("assets/"));
    let sources = ["src", "index.html", "package-lock.json", "vite.config.ts", "tsconfig.json"];
    let newest = sources.iter().filter_map(|name| newest(&ui.join(name))).max();
    if is_built && changed(&page) >= newest {
        return Ok(());
    }
    say("building the user interface");
    run(npm("ui").args(["run", "--silent", "build"]))
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    inside.filter_map(|entry| newest(&entry.path())).chain(changed(path)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let need = Need { package: "no-such-package-anywhere", here: || false };
        if find("apt-get").is_none() {
            assert!(install(vec![&need]).is_err_and(|words| words.contains("no-such-package-anywhere")));
        }
        assert!(install(vec![&Need { package: "x", here: || true }]).is_ok());
    }
}
