use super::*;
use crate::template::form::Kept;
use jiff::civil::date;

const SITE: &str = r#"
id = "asthma"
name = "Asthma"
title = "Asthma visit"
loinc = "11506-3"
visit_types = ["Asthma"]

[[section]]
id = "interval"
loinc = "10164-2"
title = "Since last time"
required = true

[[follow_up]]
text = "Peak flow diary"
due = "2 weeks"
"#;

#[test]
fn every_shipped_template_can_be_read() {
    let all = Templates::builtin();
    assert_eq!(all.problems, []);
    assert_eq!(all.all().len(), BUILTIN.len());
    for (template, (file, _)) in all.all().iter().zip(BUILTIN) {
        assert_eq!(format!("{}.toml", template.id), file);
        assert!(template.sections.iter().all(|s| !s.prompt.is_empty()), "{file}: a section without prompt");
    }
}

#[test]
fn a_section_of_one_code_has_one_id_in_all_shipped_templates_so_that_switching_moves_nothing() {
    let all = || Templates::builtin().all().iter().flat_map(|t| &t.sections);
    for a in all() {
        for b in all() {
            assert_eq!(a.id == b.id, a.loinc == b.loinc, "{} {} and {} {}", a.id, a.loinc, b.id, b.loinc);
        }
    }
}

#[test]
fn the_words_of_the_ehr_choose_the_template() {
    for (words, id) in [
        ("Follow-up visit", "follow-up"),
        ("New patient", "new-patient"),
        ("Urgent video visit", "urgent"),
        ("Behavioral health follow-up", "behavioral-health"),
        ("Behavioural health intake", "behavioral-health"),
        ("Medication check", "medication-check"),
        ("Telephone follow-up", "telephone"),
        ("Review of lab results", "results-review"),
    ] {
        assert_eq!(Templates::builtin().for_type(words).map(|t| t.id.as_str()), Some(id), "{words}");
    }
    for none in ["Video visit 20", "Zumba class", "Audiology consultation", ""] {
        assert_eq!(Templates::builtin().for_type(none).map(|t| t.id.as_str()), None, "{none}");
    }
}

#[test]
fn a_template_that_is_gone_leaves_the_default_one() {
    assert_eq!(Templates::builtin().get("asthma").id, DEFAULT);
}

#[test]
fn a_site_adds_its_own_and_a_bad_file_is_named_while_the_rest_works() {
    let bad = SITE.replace("10164-2", "10164-3");
    let all = Templates::with_site([("asthma.toml", SITE), ("bad.toml", bad.as_str())]);
    assert_eq!(all.for_type("Asthma follow-up").map(|t| t.id.as_str()), Some("asthma"));
    assert!(all.get("asthma").site && all.by_id("follow-up").is_some());
    let [problem] = all.problems.as_slice() else { panic!("{:?}", all.problems) };
    assert_eq!((problem.file.as_str(), problem.line), ("bad.toml", 10));
    assert!(problem.reason.contains("10164-3"), "{problem}");
}

#[test]
fn a_site_can_replace_a_shipped_template_but_not_give_one_id_twice() {
    let own = SITE.replace("\"asthma\"", "\"follow-up\"");
    let all = Templates::with_site([("a.toml", own.as_str()), ("b.toml", own.as_str())]);
    assert_eq!(all.get("follow-up").title, "Asthma visit");
    assert_eq!(all.all().iter().filter(|t| t.id == "follow-up").count(), 1);
    assert_eq!(all.problems.len(), 1);
}

/// A change of the file above, and with which line and word it is refused.
#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (from, to, line, word) in [
        ("name = \"Asthma\"", "nmae = \"Asthma\"", 3, "nmae"),
        ("id = \"interval\"", "id = \"In terval\"", 9, "In terval"),
        ("required = true", "required = \"yes\"", 12, "boolean"),
        ("required = true", "required = false", 0, "required"),
        ("title = \"Since last time\"", "title = \" \"", 11, "empty"),
        ("due = \"2 weeks\"", "due = \"soon\"", 16, "soon"),
        ("due = \"2 weeks\"", "due = 2 weeks", 16, ""),
        (
            "required = true",
            "required = true\n[[section]]\nid = \"again\"\nloinc = \"10164-2\"\ntitle = \"Again\"",
            15,
            "10164-2",
        ),
        (
            "required = true",
            "required = true\nphrases = [{ name = \"Bad Name\", text = \"x\" }]",
            13,
            "Bad Name",
        ),
    ] {
        let error = Template::parse("x.toml", &SITE.replace(from, to)).unwrap_err();
        assert_eq!(error.line, line, "{to}: {error}");
        assert!(error.reason.contains(word), "{to}: {error}");
    }
}

#[test]
fn a_default_follow_up_is_due_after_the_day_of_the_visit() {
    let template = Template::parse("x.toml", SITE).unwrap();
    assert_eq!(template.follow_ups[0].due(date(2026, 11, 22)), Some(date(2026, 12, 6)));
    let monthly = Template::parse("x.toml", &SITE.replace("2 weeks", "3 months")).unwrap();
    assert_eq!(monthly.follow_ups[0].due(date(2026, 11, 30)), Some(date(2027, 2, 28)));
}

fn ids(form: &Form) -> Vec<(&str, bool)> {
    form.sections.iter().map(|s| (s.id.as_str(), s.kept_from.is_some())).collect()
}

#[test]
fn text_of_a_section_that_the_new_template_lacks_stays_and_says_where_it_is_from() {
    let all = Templates::with_site([("asthma.toml", SITE)]);
    let (before, after) = (all.get("follow-up"), all.get("asthma"));
    let written = ["hpi", "plan"];
    let form = Form::new(before, &all, &[], &written);
    let kept = form.to_keep(before, &written);
    let switched = Form::new(after, &all, &kept, &written);
    // The same code: the same text, under the new title. No such code: kept.
    assert_eq!(ids(&switched), [("hpi", false), ("plan", true)]);
    assert_eq!(switched.section("hpi").unwrap().title, "Since last time");
    let plan = switched.section("plan").unwrap();
    assert_eq!((plan.title.as_str(), plan.loinc.as_str()), ("Plan", "18776-5"));
    assert_eq!(plan.kept_from.as_deref(), Some("Follow-up"));
    // And back again everything is where it was.
    let kept = switched.to_keep(after, &written);
    assert_eq!(Form::new(before, &all, &kept, &written), form);
}

#[test]
fn text_whose_template_is_gone_is_still_there() {
    let kept = [Kept {
        id: "interval".into(),
        loinc: String::new(),
        title: "Since last time".into(),
        from: "Asthma".into(),
    }];
    let all = Templates::builtin();
    let form = Form::new(all.get("soap"), all, &kept, &["interval", "peak_flow", "ros"]);
    let tail: Vec<_> = form.sections.iter().rev().take(3).map(|s| s.title.as_str()).collect();
    assert_eq!(tail, ["Review of systems", "Peak flow", "Since last time"]);
}

#[test]
fn a_kept_combined_section_stands_without_a_code_beside_its_parts() {
    let kept = [Kept { id: "ap".into(), loinc: "51847-2".into(), title: "A/P".into(), from: "Own".into() }];
    let all = Templates::builtin();
    let form = Form::new(all.get("soap"), all, &kept, &["ap"]);
    assert_eq!(form.section("ap").unwrap().loinc, "");
}
