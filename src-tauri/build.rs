//! Tells the compiler about the window's page (`ui/dist`) and which commands it may call.

use std::path::Path;

const PAGE: &str = "../ui/dist/index.html";
const NOT_BUILT: &str = "<!doctype html><meta charset=\"utf-8\"><title>Chartside</title>\
<p>This build has no user interface. Run <code>cargo demo</code>, or <code>npm ci &amp;&amp; npm run build</code> in <code>ui</code>.</p>\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=permissions");
    if !Path::new(PAGE).exists() {
        if std::env::var("PROFILE").as_deref() == Ok("release") {
            return Err("the user interface is not built: run `npm ci && npm run build` in ui".into());
        }
        // Crates that need no window must build from a fresh clone.
        std::fs::create_dir_all("../ui/dist")?;
        std::fs::write(PAGE, NOT_BUILT)?;
        println!("cargo:warning=ui/dist is empty: the window will only say so");
    }
    tauri_build::try_build(tauri_build::Attributes::new())?;
    Ok(())
}
