//! Earlier versions of a section: the list, one of them beside what is there now, and bringing one back.

use crate::account::Account;
use crate::app::Companion;
use crate::contract::{
    ErrorCode, NoteRestoreArgs, NoteSectionArgs, NoteUndoArgs, NoteVersionArgs, NoteVersionView,
    NoteVersionsView, RestoredView, TextPart, Topic, VersionLine,
};
use crate::failure::Failure;
use crate::note::{conflict, may_draft};
use crate::visit::signed_already;
use clinical::history::common;
use clinical::ledger::Activity;
use clinical::visit::Visit;
use jiff::Timestamp;
use std::sync::Arc;
use vault::{RestoreOutcome, Which};

impl Companion {
    pub async fn note_versions(self: &Arc<Self>, args: NoteSectionArgs) -> Result<NoteVersionsView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let versions = account.vault.versions(&visit.id, &args.section).await?;
        let today = self.host.clock.now().to_zoned(self.host.clock.zone()).date();
        let lines = versions.iter().enumerate().map(|(n, v)| {
            let brought = match v.copy_of {
                Some(0) => Some("emptied by undo".to_owned()),
                Some(of) => {
                    let from = versions.iter().find(|other| other.revision == of);
                    Some(match from {
                        Some(from) => format!("brought back from {}", self.clock(from.saved_at, today)),
                        None => "brought back".to_owned(),
                    })
                }
                None => None,
            };
            let words = v.text.expose().split_whitespace().count();
            let count = if words == 1 { "1 word".to_owned() } else { format!("{words} words") };
            VersionLine {
                revision: v.revision,
                saved_at: v.saved_at.to_string(),
                time: self.clock(v.saved_at, today),
                words: brought.map_or(count.clone(), |b| format!("{count}, {b}")),
                current: n == 0,
            }
        });
        Ok(NoteVersionsView { section: args.section.clone(), versions: lines.collect() })
    }

    pub async fn note_version(self: &Arc<Self>, args: NoteVersionArgs) -> Result<NoteVersionView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        let versions = account.vault.versions(&visit.id, &args.section).await?;
        let found = versions.iter().find(|v| v.revision == args.revision).ok_or_else(no_version)?;
        let now = versions.first().map(|v| v.text.expose().as_str()).unwrap_or_default();
        Ok(NoteVersionView {
            section: args.section,
            revision: found.revision,
            parts: parts(found.text.expose(), now),
        })
    }

    pub async fn note_restore(self: &Arc<Self>, args: NoteRestoreArgs) -> Result<RestoredView, Failure> {
        let which = Which::Revision(args.revision);
        let restored = self.bring_back(&args.visit, &args.section, which, args.base_revision).await?;
        restored.ok_or_else(no_version)
    }

    pub async fn note_undo(self: &Arc<Self>, args: NoteUndoArgs) -> Result<RestoredView, Failure> {
        let restored =
            self.bring_back(&args.visit, &args.section, Which::OneBefore, args.base_revision).await?;
        restored.ok_or_else(|| Failure::invalid("There is nothing earlier in this section."))
    }

    pub async fn note_redo(self: &Arc<Self>, args: NoteUndoArgs) -> Result<RestoredView, Failure> {
        let restored =
            self.bring_back(&args.visit, &args.section, Which::OneAfter, args.base_revision).await?;
        restored.ok_or_else(|| Failure::invalid("Nothing was undone here that could be brought back."))
    }

    async fn bring_back(
        &self,
        visit: &str,
        section: &str,
        which: Which,
        base: u32,
    ) -> Result<Option<RestoredView>, Failure> {
        // Never while the visit is being signed.
        let _one_at_a_time = self.visit_change.lock().await;
        let (account, visit) = self.visit(visit).await?;
        may_draft(&account)?;
        let now = self.host.clock.now();
        match account.vault.restore(&visit.id, section, which, base, now).await? {
            RestoreOutcome::Restored { revision, text, of } => {
                self.was_brought_back(&account, &visit).await?;
                let today = now.to_zoned(self.host.clock.zone()).date();
                Ok(Some(RestoredView {
                    section: section.to_owned(),
                    revision,
                    saved_at: now.to_string(),
                    text: text.into_inner(),
                    words: match of {
                        Some(of) if which == Which::OneAfter => {
                            format!("Forward to the text of {}.", self.clock(of, today))
                        }
                        Some(of) => format!("Back to the text of {}.", self.clock(of, today)),
                        None => "Back to the empty section.".to_owned(),
                    },
                }))
            }
            RestoreOutcome::Nothing => Ok(None),
            RestoreOutcome::Conflict { .. } => Err(conflict()),
            RestoreOutcome::Signed => Err(signed_already()),
        }
    }

    async fn was_brought_back(&self, account: &Account, visit: &Visit) -> Result<(), Failure> {
        self.worked(account, visit, Activity::Note).await?;
        self.emit(Topic::Note, Some(&visit.id));
        Ok(())
    }

    /// "14:32:05", with the day when it was another one.
    fn clock(&self, at: Timestamp, today: jiff::civil::Date) -> String {
        let at = at.to_zoned(self.host.clock.zone());
        let day = if at.date() == today { "" } else { "%Y-%m-%d " };
        at.strftime(&format!("{day}%H:%M:%S")).to_string()
    }
}

fn no_version() -> Failure {
    Failure::new(ErrorCode::InvalidInput, "This version is no longer kept; look at the list again.")
}

/// An earlier text in stretches: what stands now as well, and what does not.
fn parts(earlier: &str, now: &str) -> Vec<TextPart> {
    let (start, end) = common(earlier, now);
    let cut = earlier.len() - end;
    [(0, start, false), (start, cut, true), (cut, earlier.len(), false)]
        .into_iter()
        .filter_map(|(from, to, only_here)| {
            let text = earlier.get(from..to).filter(|t| !t.is_empty())?;
            Some(TextPart { text: text.to_owned(), only_here })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn what_is_no_longer_there_is_marked() {
        let shown =
            |earlier, now| parts(earlier, now).into_iter().map(|p| (p.text, p.only_here)).collect::<Vec<_>>();
        assert_eq!(
            shown("Take 500 mg daily.", "Take 1000 mg daily."),
            [("Take ".to_owned(), false), ("5".to_owned(), true), ("00 mg daily.".to_owned(), false)]
        );
        assert_eq!(shown("same", "same"), [("same".to_owned(), false)]);
        assert_eq!(shown("gone", ""), [("gone".to_owned(), true)]);
    }
}
