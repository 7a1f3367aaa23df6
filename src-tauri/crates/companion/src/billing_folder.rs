//! The folder of the billing interface: a message lies there whole or not at all, and whether it was handed over can be
//! told after a crash. The last step is a rename: while the staged file is there, nothing was handed over; where the
//! message lies in its place, or was answered, it was.

use hl7v2::{Acknowledgement, acknowledgement};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    /// It still waits for its last step.
    Staged,
    /// Neither, and no answer.
    None,
}

/// Where the messages of one EHR go.
#[derive(Debug, Clone)]
pub(crate) struct BillingFolder {
    pub messages: PathBuf,
    pub acknowledgements: Option<PathBuf>,
}

impl BillingFolder {
    /// Writes the message beside its place; what was staged of it before is removed.
    pub async fn stage(&self, item: &str, control: &str, message: String) -> std::io::Result<()> {
        let (folder, item, staged) = (self.messages.clone(), item.to_owned(), self.staged(control));
        patiently(move || {
            for old in std::fs::read_dir(&folder)?.flatten() {
                let name = old.file_name().to_string_lossy().into_owned();
                if name.starts_with(&format!(".{item}-")) && name.ends_with(STAGED) {
                    std::fs::remove_file(old.path())?;
                }
            }
            let mut file = File::create_new(&staged)?;
            file.write_all(message.as_bytes())?;
            file.sync_all()
        })
        .await
    }

    /// Puts the staged message into its place, in one step.
    pub async fn hand_over(&self, control: &str) -> std::io::Result<()> {
        let (staged, place) = (self.staged(control), self.place(control));
        patiently(move || std::fs::rename(staged, place)).await
    }

    /// What the folders say of an attempt whose end is not known.
    pub async fn trace(&self, control: &str) -> std::io::Result<Trace> {
        if self.answer(control).await?.is_some() {
            return Ok(Trace::HandedOver);
        }
        let (folder, staged, place) = (self.messages.clone(), self.staged(control), self.place(control));
        patiently(move || {
            std::fs::read_dir(folder)?;
            Ok(match (place.try_exists()?, staged.try_exists()?) {
                (true, _) => Trace::HandedOver,
                (false, true) => Trace::Staged,
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

    /// What was answered to a message; `None`: nothing yet.
    pub async fn answer(&self, control: &str) -> std::io::Result<Option<Acknowledgement>> {
        let Some(folder) = self.acknowledgements.clone() else { return Ok(None) };
        let control = control.to_owned();
        patiently(move || {
            for file in std::fs::read_dir(folder)?.flatten().take(MOST_FILES) {
                let of_ours = read(&file.path()).and_then(|text| acknowledgement(&text));
                if let Some(answer) = of_ours.filter(|answer| answer.of == control) {
                    return Ok(Some(answer));
                }
            }
            Ok(None)
        })
        .await
    }

    fn staged(&self, control: &str) -> PathBuf {
        self.messages.join(format!(".{control}{STAGED}"))
    }

    fn place(&self, control: &str) -> PathBuf {
        self.messages.join(format!("{control}.hl7"))
    }
}

const STAGED: &str = ".chartside";

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
        let folder = BillingFolder { messages: here.path().to_owned(), acknowledgements: None };
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
        folder.stage("item", "item-1", "MSH|1".to_owned()).await.unwrap();
        assert_eq!(folder.trace("item-1").await.unwrap(), Trace::Staged);
        assert_eq!(folder.there("item-1", String::new()).await.unwrap(), There::Gone);
        folder.hand_over("item-1").await.unwrap();
        assert_eq!(folder.trace("item-1").await.unwrap(), Trace::HandedOver);
        assert_eq!(names(here.path()), ["item-1.hl7"]);
        assert_eq!(folder.there("item-1", "MSH|1".to_owned()).await.unwrap(), There::Same);
        assert_eq!(folder.there("item-1", "MSH|2".to_owned()).await.unwrap(), There::Other);
        std::fs::remove_file(here.path().join("item-1.hl7")).unwrap();
        assert_eq!(folder.trace("item-1").await.unwrap(), Trace::None, "what is gone proves nothing");
    }

    #[tokio::test]
    async fn what_was_staged_before_and_given_up_is_removed_and_that_of_others_stays() {
        let (here, folder) = folder();
        folder.stage("item", "item-1", "MSH|1".to_owned()).await.unwrap();
        folder.stage("other", "other-1", "MSH|o".to_owned()).await.unwrap();
        folder.stage("item", "item-2", "MSH|2".to_owned()).await.unwrap();
        assert_eq!(names(here.path()), [".item-2.chartside", ".other-1.chartside"]);
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_says_nothing_of_a_message() {
        let (here, folder) = folder();
        std::fs::remove_dir(here.path()).unwrap();
        assert!(folder.stage("item", "item-1", String::new()).await.is_err());
        assert!(folder.trace("item-1").await.is_err());
        assert!(folder.there("item-1", String::new()).await.is_err());
    }
}
