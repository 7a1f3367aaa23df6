//! A file that the clinician asked for: all of it or nothing, and for this user only.

use async_trait::async_trait;
use companion::host::{ExportError, Place};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file that the clinician chose.
pub struct ChosenFile {
    path: PathBuf,
    name: String,
}

impl ChosenFile {
    /// `None` for what names no file.
    pub fn at(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(Self { path, name })
    }
}

#[async_trait]
impl Place for ChosenFile {
    fn name(&self) -> &str {
        &self.name
    }

    async fn write(self: Box<Self>, bytes: Vec<u8>) -> Result<(), ExportError> {
        let written = tokio::task::spawn_blocking(move || write(&self.path, &bytes)).await;
        written.map_err(|_| ExportError::NotWritable)?.map_err(|error| why(error.kind()))
    }
}

fn why(kind: ErrorKind) -> ExportError {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ExportError::DiskFull,
        _ => ExportError::NotWritable,
    }
}

/// Beside its place first, readable by this user only; what fails leaves nothing behind and an older file as it was.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::NotFound)?;
    let mut file = tempfile::Builder::new().prefix(".chartside-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn save(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
        Box::new(ChosenFile::at(path.to_owned()).unwrap()).write(bytes.to_vec()).await
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap().flatten();
        files.map(|f| f.file_name().to_string_lossy().into_owned()).collect()
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_file_is_whole_replaces_an_older_one_and_is_readable_by_this_user_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("note.pdf");
        std::fs::write(&file, "an older and longer one").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        save(&file, b"new").await.unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["note.pdf"], "nothing else is left there");
    }

    #[tokio::test]
    async fn a_folder_that_takes_nothing_is_said_and_nothing_is_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let gone = save(&folder.path().join("no such folder/note.pdf"), b"x").await;
        assert_eq!(gone, Err(ExportError::NotWritable));
        // A folder of that name is in the way: the text is written beside it first, and removed again.
        let taken = folder.path().join("note.pdf");
        std::fs::create_dir(&taken).unwrap();
        assert_eq!(save(&taken, b"x").await, Err(ExportError::NotWritable));
        assert_eq!(names(folder.path()), ["note.pdf"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_from_a_folder_that_may_not_be_written() {
        const FULL: i32 = 28;
        const OVER_QUOTA: i32 = 122;
        const READ_ONLY: i32 = 30;
        let of = |number| why(std::io::Error::from_raw_os_error(number).kind());
        let (full, read_only) = (ExportError::DiskFull, ExportError::NotWritable);
        assert_eq!([of(FULL), of(OVER_QUOTA), of(READ_ONLY)], [full, full, read_only]);
    }
}
