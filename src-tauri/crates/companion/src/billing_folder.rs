//! The folder of the billing interface: a message lies there whole or not at all, and whether it was handed over can be
//! told after a crash. The last step is a rename: what is staged can be withdrawn by another, and only one of the two
//! happens, however late a slow share does it. Where the message lies in its place, or was answered, it was handed over.

use hl7v2::{Acknowledgement, Answer, acknowledgement};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A share that does not answer holds nobody up for longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most acknowledgements that are looked through at once.
const MOST_FILES: usize = 10_000;
/// Largest acknowledgement that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// What is there of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum There {
    /// As it was written.
    Same,
    Other,
    /// The interface took it.
    Gone,
}

/// What is there of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    HandedOver,
    /// It was staged, and cannot be handed over any more.
    Withdrawn,
    /// Neither, and no answer.
    None,
}

/// What was read of answers before, so that a folder in which years of them lie is read once. Without their words,
/// which may name a patient.
#[derive(Clone, Default)]
pub(crate) struct Answers(Arc<Mutex<HashMap<PathBuf, Seen>>>);

#[derive(Clone)]
struct Seen {
    modified: SystemTime,
    length: u64,
    /// The control id that it is about, and what it says. `None`: no answer.
    says: Option<(String, Answer)>,
}

/// Where the messages of one EHR go.
#[derive(Clone)]
pub(crate) struct BillingFolder {
    pub messages: PathBuf,
    pub acknowledgements: Option<PathBuf>,
    pub answers: Answers,
}

impl BillingFolder {
    /// Writes the message of this attempt beside its place; what was staged of it before is removed.
    pub async fn stage(&self, item: &str, attempt: usize, message: String) -> std::io::Result<()> {
        self.remove(item, attempt).await?;
        let staged = self.beside(&control_id(item, attempt), STAGED);
        patiently(move || {
            match std::fs::remove_file(&staged) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = File::create_new(&staged)?;
            file.write_all(message.as_bytes())?;
            file.sync_all()
        })
        .await
    }

    /// Removes what lies beside its place of a message that is not handed over.
    pub async fn discard(&self, item: &str) -> std::io::Result<()> {
        self.remove(item, usize::MAX).await
    }

    /// The same of attempts before this one: a slow share that does it late removes nothing of a later one.
    async fn remove(&self, item: &str, before: usize) -> std::io::Result<()> {
        let (folder, ours) = (self.messages.clone(), format!(".{item}-"));
        patiently(move || {
            for old in std::fs::read_dir(&folder)?.flatten() {
                let name = old.file_name().to_string_lossy().into_owned();
                let attempt = name.strip_prefix(&ours).and_then(|rest| {
                    rest.strip_suffix(STAGED).or_else(|| rest.strip_suffix(WITHDRAWN))?.parse::<usize>().ok()
                });
                if attempt.is_some_and(|attempt| attempt < before) {
                    std::fs::remove_file(old.path())?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Puts the staged message into its place, in one step.
    pub async fn hand_over(&self, control: &str) -> std::io::Result<()> {
        let (staged, place) = (self.beside(control, STAGED), self.place(control));
        let folder = self.messages.clone();
        patiently(move || {
            std::fs::rename(staged, place)?;
            // Its place is as durable as the message. Only some systems can say so of a folder.
            if let Ok(folder) = File::open(folder) {
                let _ = folder.sync_all();
            }
            Ok(())
        })
        .await
    }

    /// What the folders say of an attempt whose end is not known. One that is still staged is withdrawn: a rename that
    /// hangs somewhere finds nothing any more.
    pub async fn trace(&self, control: &str) -> std::io::Result<Trace> {
        if self.answer(control).await?.is_some() {
            return Ok(Trace::HandedOver);
        }
        let (folder, place) = (self.messages.clone(), self.place(control));
        let (staged, withdrawn) = (self.beside(control, STAGED), self.beside(control, WITHDRAWN));
        patiently(move || {
            std::fs::read_dir(folder)?;
            match std::fs::rename(staged, &withdrawn) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            Ok(match (place.try_exists()?, withdrawn.try_exists()?) {
                (true, _) => Trace::HandedOver,
                (false, true) => Trace::Withdrawn,
                (false, false) => Trace::None,
            })
        })
        .await
    }

    /// What is there of a message that was handed over.
    pub async fn there(&self, control: &str, message: String) -> std::io::Result<There> {
        let (folder, place) = (self.messages.clone(), self.place(control));
        patiently(move || {
            std::fs::read_dir(folder)?;
            match std::fs::read(place) {
                Ok(bytes) if bytes == message.as_bytes() => Ok(There::Same),
                Ok(_) => Ok(There::Other),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(There::Gone),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// What was answered to a message; `None`: nothing yet. Where there are several answers, the worst.
    pub async fn answer(&self, control: &str) -> std::io::Result<Option<Acknowledgement>> {
        let Some(folder) = self.acknowledgements.clone() else { return Ok(None) };
        let (control, answers) = (control.to_owned(), self.answers.clone());
        patiently(move || {
            let mut files: Vec<(SystemTime, u64, PathBuf)> = std::fs::read_dir(folder)?
                .flatten()
                .filter_map(|file| {
                    let meta = file.metadata().ok()?;
                    Some((meta.modified().ok()?, meta.len(), file.path()))
                })
                .collect();
            // An answer to a message that is asked about is among the newest.
            files.sort_by(|one, other| other.cmp(one));
            files.truncate(MOST_FILES);
            let ours = files.iter().filter(|(modified, length, path)| {
                let says = answers.of(path, *modified, *length);
                says.is_some_and(|(of, _)| of == control)
            });
            let worst =
                ours.filter_map(|(.., path)| acknowledgement(&read(path)?)).max_by_key(|answer| match answer
                    .answer
                {
                    Answer::Received => 0,
                    Answer::Accepted => 1,
                    Answer::Error | Answer::Rejected => 2,
                });
            answers.keep(files.into_iter().map(|(.., path)| path).collect());
            Ok(worst)
        })
        .await
    }

    fn beside(&self, control: &str, end: &str) -> PathBuf {
        self.messages.join(format!(".{control}{end}"))
    }

    fn place(&self, control: &str) -> PathBuf {
        self.messages.join(format!("{control}.hl7"))
    }
}

impl Answers {
    /// What the file says; read only when it was not, or is another since.
    fn of(&self, path: &Path, modified: SystemTime, length: u64) -> Option<(String, Answer)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        if let Some(known) = known.filter(|known| known.modified == modified && known.length == length) {
            return known.says;
        }
        let says = acknowledgement(&read(path)?).map(|answer| (answer.of, answer.answer));
        let seen = Seen { modified, length, says: says.clone() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), seen);
        says
    }

    /// Forgets those of this folder that are gone.
    fn keep(&self, there: HashSet<PathBuf>) {
        let Some(folder) = there.iter().next().and_then(|path| path.parent()) else { return };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|path, _| path.parent() != Some(folder) || there.contains(path));
    }
}

/// MSH-10, another for each attempt: an answer to an earlier one must not pass for an answer to this.
pub(crate) fn control_id(item: &str, attempt: usize) -> String {
    format!("{item}-{attempt}")
}

const STAGED: &str = ".chartside";
const WITHDRAWN: &str = ".withdrawn";

/// A file that cannot be read now is looked at again next time.
fn read(path: &Path) -> Option<String> {
    let file = File::open(path).ok().filter(|f| f.metadata().is_ok_and(|m| m.is_file()))?;
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

async fn patiently<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    let work = tokio::task::spawn_blocking(work);
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(ErrorKind::Other.into()),
        Err(_) => Err(ErrorKind::TimedOut.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, BillingFolder) {
        let here = tempfile::tempdir().unwrap();
        let folder = BillingFolder {
            messages: here.path().to_owned(),
            acknowledgements: None,
            answers: Answers::default(),
        };
        (here, folder)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut all: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .flatten()
            .map(|f| f.file_name().into_string().unwrap())
            .collect();
        all.sort();
        all
    }

    #[tokio::test]
    async fn after_a_crash_it_can_be_told_whether_the_message_was_handed_over() {
        let (here, folder) = folder();
        folder.stage("item", 1, "MSH|1".to_owned()).await.unwrap();
        folder.hand_over("item-1").await.unwrap();
        assert_eq!(folder.trace("item-1").await.unwrap(), Trace::HandedOver);
        assert_eq!(names(here.path()), ["item-1.hl7"]);
        assert_eq!(folder.there("item-1", "MSH|1".to_owned()).await.unwrap(), There::Same);
        assert_eq!(folder.there("item-1", "MSH|2".to_owned()).await.unwrap(), There::Other);
        std::fs::remove_file(here.path().join("item-1.hl7")).unwrap();
        assert_eq!(folder.trace("item-1").await.unwrap(), Trace::None, "what is gone proves nothing");
    }

    #[tokio::test]
    async fn what_was_asked_for_while_it_was_staged_can_never_be_handed_over_late() {
        let (here, folder) = folder();
        folder.stage("item", 1, "MSH|1".to_owned()).await.unwrap();
        for _ in 0..2 {
            assert_eq!(folder.trace("item-1").await.unwrap(), Trace::Withdrawn);
        }
        assert!(folder.hand_over("item-1").await.is_err(), "as a share does it after a minute");
        folder.stage("item", 2, "MSH|2".to_owned()).await.unwrap();
        assert_eq!(names(here.path()), [".item-2.chartside"]);
        folder.discard("item").await.unwrap();
        assert!(names(here.path()).is_empty());
    }

    #[tokio::test]
    async fn the_worst_answer_counts_and_received_is_no_answer_yet() {
        let (here, mut folder) = folder();
        folder.acknowledgements = Some(here.path().to_owned());
        let say = |name: &str, code: &str| {
            let text = format!("MSH|^~\\&|B||C||20260305||ACK|9|P|2.5.1\rMSA|{code}|item-1\r");
            std::fs::write(here.path().join(name), text).unwrap();
        };
        let mut heard = Vec::new();
        for (name, code) in [("3", "CA"), ("1", "AA"), ("2", "AE"), ("0", "AA")] {
            say(name, code);
            heard.push(folder.answer("item-1").await.unwrap().unwrap().answer);
        }
        assert_eq!(heard, [Answer::Received, Answer::Accepted, Answer::Error, Answer::Error]);
        // One that is another since is read again, and one that is gone counts no more.
        std::fs::remove_file(here.path().join("2")).unwrap();
        std::fs::write(here.path().join("1"), "").unwrap();
        say("0", "CA");
        say("3", "CA");
        assert_eq!(folder.answer("item-1").await.unwrap().unwrap().answer, Answer::Received);
    }

    #[tokio::test]
    async fn what_was_staged_before_and_given_up_is_removed_and_that_of_others_stays() {
        let (here, folder) = folder();
        folder.stage("item", 1, "MSH|1".to_owned()).await.unwrap();
        folder.stage("other", 1, "MSH|o".to_owned()).await.unwrap();
        folder.stage("item", 2, "MSH|2".to_owned()).await.unwrap();
        assert_eq!(names(here.path()), [".item-2.chartside", ".other-1.chartside"]);
    }

    #[tokio::test]
    async fn a_late_hand_removes_nothing_of_a_later_attempt() {
        let (here, folder) = folder();
        folder.stage("item", 3, "MSH|3".to_owned()).await.unwrap();
        folder.remove("item", 2).await.unwrap();
        assert_eq!(names(here.path()), [".item-3.chartside"]);
        folder.stage("item", 3, "MSH|3".to_owned()).await.unwrap();
        assert_eq!(names(here.path()), [".item-3.chartside"], "and the same attempt may be staged again");
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_says_nothing_of_a_message() {
        let (here, folder) = folder();
        std::fs::remove_dir(here.path()).unwrap();
        assert!(folder.stage("item", 1, String::new()).await.is_err());
        assert!(folder.trace("item-1").await.is_err());
        assert!(folder.there("item-1", String::new()).await.is_err());
    }
}
