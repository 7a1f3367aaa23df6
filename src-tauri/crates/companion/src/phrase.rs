//! Phrases in use: which there are, the clinician's own, and what one becomes in this visit's note.

use crate::account::Account;
use crate::app::Companion;
use crate::chart::ReadSection;
use crate::contract::{
    ChartValueName, ExpandedView, PhraseExpandArgs, PhraseOwner, PhraseRemoveArgs, PhraseSaveArgs,
    PhraseView, PhrasesView, Topic, VisitArgs,
};
use crate::failure::Failure;
use crate::note::may_draft;
use clinical::chart::Section;
use clinical::chart_value::{self, Chart, Known};
use clinical::date::age;
use clinical::identity::Identity;
use clinical::phrase::{MAX_TEXT, Phrase, filled, values_in};
use clinical::visit::Visit;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;
use vault::SectionOutcome;

/// Most phrases of one clinician.
const MAX_PHRASES: usize = 500;

impl Companion {
    pub async fn phrases_get(self: &Arc<Self>, args: VisitArgs) -> Result<PhrasesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        self.phrases(&account, &visit).await
    }

    pub async fn phrase_save(self: &Arc<Self>, args: PhraseSaveArgs) -> Result<PhrasesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        let phrase = Phrase::new(&args.name, &args.text).map_err(sentence)?;
        if args.was.is_none() && account.vault.phrases().await?.len() >= MAX_PHRASES {
            return Err(Failure::invalid(format!("There is room for {MAX_PHRASES} phrases of your own.")));
        }
        let now = self.host.clock.now();
        if !account.vault.save_phrase(&phrase, args.was.as_deref(), now).await? {
            return Err(Failure::invalid(format!("You have a phrase “.{}” already.", phrase.name)));
        }
        self.emit(Topic::Phrases, None);
        self.phrases(&account, &visit).await
    }

    pub async fn phrase_remove(self: &Arc<Self>, args: PhraseRemoveArgs) -> Result<PhrasesView, Failure> {
        let (account, visit) = self.visit(&args.visit).await?;
        may_draft(&account)?;
        account.vault.remove_phrase(&args.name).await?;
        self.emit(Topic::Phrases, None);
        self.phrases(&account, &visit).await
    }

    pub async fn phrase_expand(self: &Arc<Self>, args: PhraseExpandArgs) -> Result<ExpandedView, Failure> {
        if args.text.chars().count() > MAX_TEXT {
            return Err(Failure::invalid(format!("A phrase has at most {MAX_TEXT} characters.")));
        }
        let (account, visit) = self.visit(&args.visit).await?;
        let chart = self.chart_for(&account, &visit, &args.text).await?;
        Ok(ExpandedView { text: filled(&args.text, |name| chart_value::value(name, &chart)) })
    }

    async fn phrases(&self, account: &Account, visit: &Visit) -> Result<PhrasesView, Failure> {
        let mut all: Vec<PhraseView> = Vec::new();
        let mut add = |phrase: &Phrase, owner, section: Option<&str>| {
            if !all.iter().any(|p| p.name == phrase.name) {
                all.push(PhraseView {
                    name: phrase.name.clone(),
                    text: phrase.text.clone(),
                    owner,
                    section: section.map(str::to_owned),
                });
            }
        };
        for phrase in account.vault.phrases().await? {
            add(&phrase, PhraseOwner::Clinician, None);
        }
        let texts = account.vault.note_texts(&visit.id).await?;
        for section in &self.form(visit, &texts).sections {
            for phrase in &section.phrases {
                add(phrase, PhraseOwner::Template, Some(&section.id));
            }
        }
        for phrase in &self.site.phrases {
            add(phrase, PhraseOwner::Site, None);
        }
        let names = chart_value::names().map(|(name, words)| ChartValueName { name, words });
        Ok(PhrasesView {
            phrases: all,
            values: names.collect(),
            problems: self.site.phrase_problems.iter().map(ToString::to_string).collect(),
        })
    }

    /// As much of the chart as the values of this text need.
    async fn chart_for(&self, account: &Account, visit: &Visit, text: &str) -> Result<VisitChart, Failure> {
        let zone = self.host.clock.zone();
        let (_, _, day) = visit.period(self.host.clock.now(), &zone);
        let confirmed = matches!(visit.identity, Identity::Confirmed { .. });
        let mut sections = BTreeMap::new();
        let needed = values_in(text).into_iter().filter_map(chart_value::needs);
        for section in needed.filter(|_| confirmed) {
            let read = self.section(account, visit, section).await?;
            let as_of =
                read.as_ref().map(|r| r.as_of.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string());
            let loading = account.charts.is_loading(visit, section);
            sections.insert(section, InChart { read, as_of: as_of.unwrap_or_default(), loading });
        }
        Ok(VisitChart { visit: visit.clone(), day, confirmed, sections })
    }
}

/// "the phrase has no text" → "The phrase has no text."
fn sentence(mut words: String) -> Failure {
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Failure::invalid(format!("{words}."))
}

struct InChart {
    read: Option<Arc<ReadSection>>,
    as_of: String,
    loading: bool,
}

/// The chart of a visit, as far as its note may take from it.
struct VisitChart {
    visit: Visit,
    day: Date,
    confirmed: bool,
    sections: BTreeMap<Section, InChart>,
}

/// Nothing of a chart goes into a note before it is clear whose it is.
const NOT_CONFIRMED: &str = "confirm the patient first";

impl Chart for VisitChart {
    fn section(&self, section: Section) -> Known<'_> {
        if !self.confirmed {
            return Known::Not(NOT_CONFIRMED);
        }
        let Some(InChart { read, as_of, loading }) = self.sections.get(&section) else {
            return Known::Not("not loaded");
        };
        match read.as_deref() {
            _ if *loading => Known::Not("still loading"),
            None => Known::Not("not loaded"),
            Some(read) => match read.outcome {
                SectionOutcome::Failed(_) => Known::Not("could not be loaded"),
                SectionOutcome::NotOffered(_) => Known::Not("the EHR does not give it"),
                SectionOutcome::Complete | SectionOutcome::Partial(_) => Known::Loaded {
                    entries: &read.entries,
                    whole: read.outcome == SectionOutcome::Complete && read.unreadable == 0,
                    as_of,
                },
            },
        }
    }

    fn fact(&self, name: &str) -> Option<String> {
        let patient = &self.visit.patient;
        match name {
            "today" => Some(self.day.to_string()),
            "reason" => self.visit.reason.as_ref().map(|r| r.expose().clone()),
            _ if !self.confirmed => Some(format!("[{name}: {NOT_CONFIRMED}]")),
            "age" => patient.birth_date.as_ref().and_then(|d| age(d.expose(), self.day)),
            "sex" => Some(patient.sex.clone()).filter(|s| s != "not recorded"),
            _ => None,
        }
    }

    fn source(&self) -> &str {
        &self.visit.ehr_name
    }
}
