//! What a site adds beside its policy file: note templates in `templates/`, phrases in `phrases/`, words of the
//! attestation in `attestations/`, licensed descriptors of charges in `descriptors.txt`, its own words for the spelling in
//! `words.txt`.
//! A file that cannot be used is named, with line and reason; the rest works.

use crate::policy::Policy;
use clinical::attestation_text::{self, SiteText};
use clinical::coding::descriptors::Descriptors;
use clinical::phrase::{Phrase, read_site};
use clinical::site_file::FileError;
use clinical::spelling;
use clinical::template::Templates;
use std::io::ErrorKind;
use std::path::Path;

/// Most files that are read of one folder.
const MAX_FILES: usize = 200;
/// Largest file, in bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// Largest file of descriptors, in bytes: the AMA's longest is some 3 MB.
const MAX_DESCRIPTORS: u64 = 16 * 1024 * 1024;
const DESCRIPTORS: &str = "descriptors.txt";
const WORDS: &str = "words.txt";

/// What this site has, beside what comes with the program.
pub(crate) struct Site {
    pub templates: Templates,
    pub phrases: Vec<Phrase>,
    pub phrase_problems: Vec<FileError>,
    /// Their problems stand with those of the templates.
    pub attestations: Vec<SiteText>,
    pub descriptors: Descriptors,
    /// What the spelling accepts here, in lower case.
    pub words: Vec<String>,
}

impl Site {
    pub fn read(policy: &Policy) -> Self {
        let within = |name: &str| policy.folder.as_ref().map(|f| files(&f.join(name))).unwrap_or_default();
        let (files, mut problems) = within("templates");
        let mut templates = Templates::with_site(files.iter().map(|(name, text)| (&**name, &**text)));
        templates.problems.append(&mut problems);
        let (files, mut phrase_problems) = within("phrases");
        let mut phrases: Vec<Phrase> = Vec::new();
        for (name, text) in &files {
            match read_site(name, text) {
                Ok(read) => {
                    for phrase in read {
                        match phrases.iter().any(|p| p.name == phrase.name) {
                            true => phrase_problems.push(FileError {
                                file: name.clone(),
                                line: 0,
                                reason: format!("another file has the phrase “{}” already", phrase.name),
                            }),
                            false => phrases.push(phrase),
                        }
                    }
                }
                Err(error) => phrase_problems.push(error),
            }
        }
        let (files, mut problems) = within("attestations");
        let mut attestations = Vec::new();
        for (name, text) in &files {
            match attestation_text::read_site(name, text) {
                Ok(texts) => attestations.extend(texts),
                Err(error) => problems.push(error),
            }
        }
        templates.problems.append(&mut problems);
        let file = |name, most| policy.folder.as_ref().map_or(Ok(None), |f| file(f, name, most));
        let descriptors = file(DESCRIPTORS, MAX_DESCRIPTORS)
            .and_then(|text| text.map_or(Ok(Descriptors::default()), |t| Descriptors::read(DESCRIPTORS, &t)));
        let words = file(WORDS, MAX_BYTES)
            .and_then(|text| text.map_or(Ok(Vec::new()), |t| spelling::read_site(WORDS, &t)));
        let mut or_none = |problem| templates.problems.push(problem);
        let descriptors = descriptors.map_err(&mut or_none).unwrap_or_default();
        let words = words.map_err(&mut or_none).unwrap_or_default();
        for problem in templates.problems.iter().chain(&phrase_problems) {
            tracing::warn!(file = problem.file, line = problem.line, reason = problem.reason, "site file");
        }
        Self { templates, phrases, phrase_problems, attestations, descriptors, words }
    }
}

/// One text file of the folder, if it is there.
fn file(folder: &Path, name: &str, most: u64) -> Result<Option<String>, FileError> {
    let path = folder.join(name);
    let problem = |reason: String| FileError { file: name.to_owned(), line: 0, reason };
    match std::fs::metadata(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(meta) if meta.len() > most => return Err(problem(format!("longer than {} kB", most / 1024))),
        _ => {}
    }
    let text = std::fs::read_to_string(&path);
    text.map(Some).map_err(|e| problem(format!("cannot be read ({})", e.kind())))
}

/// The TOML files of a folder in the order of their names. No folder: nothing was added.
fn files(folder: &Path) -> (Vec<(String, String)>, Vec<FileError>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Default::default(),
        Err(e) => {
            let file = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let reason = format!("this folder cannot be read ({})", e.kind());
            return (Vec::new(), vec![FileError { file, line: 0, reason }]);
        }
    };
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")))
        .collect();
    paths.sort();
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for (n, path) in paths.iter().enumerate() {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut problem = |reason: String| problems.push(FileError { file: name.clone(), line: 0, reason });
        if n >= MAX_FILES {
            problem(format!("there are more than {MAX_FILES} files, and this one was not read"));
            continue;
        }
        match std::fs::metadata(path) {
            Ok(meta) if meta.len() > MAX_BYTES => problem(format!("longer than {} kB", MAX_BYTES / 1024)),
            _ => match std::fs::read_to_string(path) {
                Ok(text) => read.push((name, text)),
                Err(e) => problem(format!("cannot be read ({})", e.kind())),
            },
        }
    }
    (read, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_folder_is_no_problem_and_one_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(files(&folder.path().join("phrases")), Default::default());
        std::fs::write(folder.path().join("templates"), "not a folder").unwrap();
        let (read, problems) = files(&folder.path().join("templates"));
        assert!(read.is_empty() && problems[0].to_string().starts_with("templates, line 0: this folder"));
    }

    #[test]
    fn a_file_that_is_no_text_is_named_and_the_others_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let templates = folder.path().join("templates");
        std::fs::create_dir(&templates).unwrap();
        let own = "id = \"own\"\nname = \"Own\"\ntitle = \"Own\"\nloinc = \"11506-3\"\n[[section]]\nid = \"plan\"\nloinc = \"18776-5\"\ntitle = \"Plan\"\nrequired = true\n";
        std::fs::write(templates.join("own.toml"), own).unwrap();
        std::fs::write(templates.join("bytes.toml"), [0xff, 0xfe]).unwrap();
        std::fs::write(templates.join("wrong.toml"), own.replace("required", "needed")).unwrap();
        std::fs::write(templates.join("readme.txt"), "not a template").unwrap();
        let policy = Policy { folder: Some(folder.path().to_owned()), ..Policy::default() };
        let site = Site::read(&policy);
        assert!(
            site.templates.by_id("own").is_some_and(|t| t.site) && site.templates.by_id("soap").is_some()
        );
        let named: Vec<_> = site.templates.problems.iter().map(|p| (p.file.as_str(), p.line)).collect();
        assert_eq!(named, [("wrong.toml", 9), ("bytes.toml", 0)]);
    }
}
