//! The repository's own commands. No heavy dependencies: they must start in seconds.

mod arrows;
mod bench;
mod bindings;
mod chaos;
mod check;
mod codes;
mod conformance;
mod demo;
mod peers;
mod processes;
mod ran;
mod screens;
mod session;
mod stage;
mod tools;
mod validate;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND
  demo [--check] [--data PATH]... [--patient ID] [--personality NAME] [--fault SPEC]...
                    the sandbox EHR, its portal and the Chartside window; --check: the whole visit with
                    nobody at the keyboard, pictures in target/demo, one JSON line at the end
  verify            everything that must hold before a change is merged
  bindings [--check] the TypeScript of the commands and the schema of the policy file
  validate          every body that the app sends, before two foreign validators; 200 notes in every
                    form, read back by foreign readers
  peers             whole visits at a certified OpenID provider that guards a foreign FHIR server
  call              a video call in the page, with the network cut for a minute
  beside            the desktop window with the room in the system's browser beside it, a picture of both in
                    target/screens
  page              a whole visit in the page by pointer
  keys              a whole visit in the page with the keyboard alone, each key counted
  kill-typing [MOMENTS [FIRST SEED]]
                    types into the note and kills the process at so many seeded moments (200): at most
                    the last second is lost, and the vault is whole
  chaos [--visits N] [--seed N] [--json FILE]
                    visits at every kind of EHR while answers are lost, connections cut, requests refused and
                    the process killed: nothing lost, nothing twice, nothing called filed that is not
  conformance       the SMART requirements, held against the tests that the last verify ran
  screens [VIEW]... every view and state as a picture, light and dark, in target/screens, each held against axe
  bench [NAME]...   our times beside those of bare peers
  release-window    starts, memory and frames beside Chromium, as JSON for the bench
  arrows            who may depend on whom, what stands at the top level, how long files are
  codes [XML]       the ICD-10-CM table from the official files
  words             the word list of the spelling";

fn main() -> ExitCode {
    // `cargo demo -- --check` hands the lone `--` on.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--").collect();
    let (command, rest) =
        words.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    let outcome = match command {
        "demo" => demo::demo(rest),
        "verify" => verify::verify(),
        "bindings" => bindings::bindings(rest.iter().any(|word| word == "--check")),
        "page" => tools::build_ui()
            .and_then(|()| stage::build())
            .and_then(|()| check::page(&stage::Asked::default())),
        "keys" => tools::build_ui().and_then(|()| stage::build()).and_then(|()| check::keys()),
        "beside" => tools::for_desktop_pictures()
            .and_then(|()| tools::build_ui())
            .and_then(|()| stage::build())
            .and_then(|()| check::beside()),
        "call" => stage::build().and_then(|()| check::call()),
        "kill-typing" => kill_typing(rest),
        "arrows" => arrows::arrows(),
        "chaos" => chaos::chaos(rest),
        "peers" => peers::peers(),
        "conformance" => conformance::conformance(),
        "validate" => validate::validate(rest),
        "screens" => screens::screens(rest),
        "bench" => bench::bench(rest),
        "release-window" => bench::release_window(),
        "codes" => codes::codes(rest),
        "words" => codes::words(),
        "help" | "--help" | "-h" => {
            say(HELP);
            Ok(())
        }
        other => Err(format!("there is no command “{other}”\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            say(&format!("✗ {message}"));
            ExitCode::FAILURE
        }
    }
}

fn kill_typing(words: &[String]) -> Result<(), String> {
    let number = |at: usize, otherwise: u32| match words.get(at) {
        Some(word) => word.parse().map_err(|_| format!("{word} is no number")),
        None => Ok(otherwise),
    };
    let (moments, first) = (number(0, 200)?, number(1, 0)?);
    stage::build()?;
    tools::build_ui()?;
    check::kill_typing(moments, first)
}

/// Tells people what happens. Always on stderr: stdout carries results only.
#[allow(clippy::print_stderr)]
pub fn say(words: &str) {
    eprintln!("{words}");
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(3).map_or(manifest.clone(), PathBuf::from)
}
