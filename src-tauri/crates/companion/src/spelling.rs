//! Spelling while a note is written: the embedded list, the site's words, the clinician's own, and what stands in this
//! patient's chart.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    NoArgs, SpellingCheckArgs, SpellingMark, SpellingMarks, SpellingSuggestArgs, SpellingWordArgs,
    SpellingWords, Topic,
};
use crate::failure::Failure;
use crate::note::may_draft;
use clinical::chart::Section;
use clinical::identity::Identity;
use clinical::note::MAX_SECTION_BYTES;
use clinical::spelling::{Accepted, MAX_WORD, Words, addable, check, suggest, words_of};
use clinical::visit::Visit;
use std::sync::Arc;

/// Most words of one clinician.
const MAX_WORDS: usize = 5_000;
/// Where names stand that no list has: of medicines, of conditions, of those who treat the patient.
const NAMES: [Section; 7] = [
    Section::Allergies,
    Section::Problems,
    Section::Medications,
    Section::Immunizations,
    Section::Procedures,
    Section::Notes,
    Section::CareTeam,
];

impl Companion {
    pub async fn spelling_check(self: &Arc<Self>, args: SpellingCheckArgs) -> Result<SpellingMarks, Failure> {
        if args.text.len() > MAX_SECTION_BYTES {
            return Err(Failure::invalid("This text is too long for its spelling to be checked."));
        }
        let (account, visit) = self.visit(&args.visit).await?;
        let accepted = self.accepted(&account, &visit).await?;
        let marks = apart(move || check(&args.text, Words::builtin(), &accepted)).await?;
        let unit = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let marks = marks.iter().map(|m| SpellingMark { start: unit(m.start), end: unit(m.end) }).collect();
        Ok(SpellingMarks { marks })
    }

    pub async fn spelling_suggest(
        self: &Arc<Self>,
        args: SpellingSuggestArgs,
    ) -> Result<SpellingWords, Failure> {
        if args.word.chars().count() > MAX_WORD {
            return Ok(SpellingWords { words: Vec::new() });
        }
        let (account, visit) = self.visit(&args.visit).await?;
        let accepted = self.accepted(&account, &visit).await?;
        let words = apart(move || suggest(&args.word, Words::builtin(), &accepted)).await?;
        Ok(SpellingWords { words })
    }

    pub async fn spelling_words(self: &Arc<Self>, _: NoArgs) -> Result<SpellingWords, Failure> {
        let account = self.account()?;
        Ok(SpellingWords { words: account.vault.spelling_words().await? })
    }

    pub async fn spelling_add(self: &Arc<Self>, args: SpellingWordArgs) -> Result<SpellingWords, Failure> {
        let account = self.account()?;
        may_draft(&account)?;
        let word = addable(&args.word)
            .ok_or_else(|| Failure::invalid("Only a single word of letters can be added, three or more."))?;
        if account.vault.spelling_words().await?.len() >= MAX_WORDS {
            return Err(Failure::invalid(format!("There is room for {MAX_WORDS} words of your own.")));
        }
        account.vault.add_spelling_word(&word, self.host.clock.now()).await?;
        self.spelling_changed(&account).await
    }

    pub async fn spelling_remove(self: &Arc<Self>, args: SpellingWordArgs) -> Result<SpellingWords, Failure> {
        let account = self.account()?;
        account.vault.remove_spelling_word(&args.word).await?;
        self.spelling_changed(&account).await
    }

    async fn spelling_changed(&self, account: &Account) -> Result<SpellingWords, Failure> {
        self.emit(Topic::Spelling, None);
        Ok(SpellingWords { words: account.vault.spelling_words().await? })
    }

    /// Everything that is right here beside the embedded list. Before the patient is confirmed, nothing of the chart.
    async fn accepted(&self, account: &Account, visit: &Visit) -> Result<Accepted, Failure> {
        let mut accepted: Accepted = account.vault.spelling_words().await?.into_iter().collect();
        accepted.extend(self.site.words.iter().cloned());
        let patient = &visit.patient;
        for name in [&patient.family, &patient.given] {
            accepted.extend(words_of(name.expose()));
        }
        accepted.extend(patient.preferred.iter().flat_map(|name| words_of(name.expose())));
        accepted.extend(words_of(&visit.clinician_name));
        if matches!(visit.identity, Identity::Confirmed { .. }) {
            for section in NAMES {
                let read = self.section(account, visit, section).await?;
                for entry in read.iter().flat_map(|read| &read.entries) {
                    accepted.extend(words_of(entry.title.expose()));
                    // Who prescribed, diagnosed or treats.
                    accepted.extend(entry.source.iter().flat_map(|name| words_of(name)));
                }
            }
        }
        Ok(accepted)
    }
}

/// Long texts take a while: nothing else waits for them.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::internal("the spelling could not be checked"))
}
