//! `chartside-peers FOLDER`: takes whole visits against the sandbox EHR and writes every JSON body
//! that the app sent, and every FHIR document inside one, as a file of its own into FOLDER; the same
//! for notes by a seed, with all their forms in FOLDER/notes; and into FOLDER/broken copies that no
//! validator may take. `chartside-peers FOLDER notes`: only the notes.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod bodies;
mod broken;
mod hard;
mod messages;
mod notes;
mod visits;

use std::path::PathBuf;
use std::process::ExitCode;
use visits::VISITS;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder for the bodies"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the old bodies go");
    }
    std::fs::create_dir_all(&folder).expect("a folder for the bodies");
    notes::write(&folder);
    println!("{} notes in every form in {}", notes::COUNT, folder.display());
    if std::env::args().nth(2).is_some_and(|word| word == "notes") {
        return ExitCode::SUCCESS;
    }
    let (mut files, mut handed, mut stuck) = (0, 0, 0);
    for visit in VISITS {
        let taken = visits::take(visit).await;
        let written = bodies::write(&folder, visit.name, &taken.sent);
        assert!(written > 0, "{}: nothing was sent", visit.name);
        files += written;
        handed += messages::take(&folder, visit.name, &taken.messages);
        if let Some(why) = taken.stuck {
            println!("{}: not everything was filed: {why}", visit.name);
            stuck += 1;
        }
    }
    broken::write(&folder);
    messages::write(&folder);
    assert!(handed > 0, "nothing was handed to billing");
    println!("{files} bodies of {} visits in {}", VISITS.len(), folder.display());
    if stuck == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
