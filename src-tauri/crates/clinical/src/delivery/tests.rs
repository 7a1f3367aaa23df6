//! Single steps of the machine.

use super::*;

fn at(attempts: u32, conditional_create: bool) -> Moment {
    let waited = SignedDuration::from_secs(SETTLE_SECONDS);
    Moment { now: Timestamp::UNIX_EPOCH, attempts, jitter: 1.0, conditional_create, waited }
}
fn step(state: &State, event: Event) -> Result<State, Illegal> {
    next(state, &event, at(1, false))
}

#[test]
fn a_lost_response_is_never_followed_by_a_resend_without_asking() {
    let lost = step(&State::InFlight, Event::Lost).unwrap();
    assert!(matches!(lost, State::OutcomeUnknown { empty_searches: 0, .. }));
    assert_eq!(step(&lost, Event::SendStarts), Err(Illegal));
    let once = step(&lost, Event::FoundNone).unwrap();
    assert!(matches!(once, State::OutcomeUnknown { empty_searches: 1, .. }));
    assert_eq!(step(&once, Event::FoundNone), Ok(State::Ready));
}

#[test]
fn what_was_in_flight_at_a_crash_is_unknown() {
    assert!(matches!(step(&State::InFlight, Event::Restarted), Ok(State::OutcomeUnknown { .. })));
    assert_eq!(step(&State::Ready, Event::Restarted), Ok(State::Ready));
}

#[test]
fn filed_is_reached_only_by_reading_back() {
    let events = [
        Event::Accepted { reference: "X/1".into() },
        Event::FoundOne { reference: "X/1".into() },
        Event::Retry,
        Event::Due,
    ];
    for state in [
        State::Ready,
        State::InFlight,
        State::OutcomeUnknown { empty_searches: 0, look_at: Timestamp::UNIX_EPOCH },
    ] {
        for event in &events {
            assert!(!matches!(step(&state, event.clone()), Ok(State::Filed { .. })));
        }
    }
    let waiting = step(&State::InFlight, events[0].clone()).unwrap();
    assert_eq!(
        step(&waiting, Event::ReadBackMatches { reference: "X/1".into() }),
        Ok(State::Filed { reference: "X/1".into() })
    );
}

#[test]
fn with_conditional_create_one_empty_search_is_enough() {
    let lost = step(&State::InFlight, Event::Lost).unwrap();
    assert_eq!(next(&lost, &Event::FoundNone, at(1, true)), Ok(State::Ready));
}

#[test]
fn waits_double_and_stop_at_the_cap() {
    let wait = |attempts| match next(&State::InFlight, &Event::NotSent, at(attempts, false)) {
        Ok(State::Backoff { until }) => until.as_second(),
        other => panic!("{other:?}"),
    };
    assert_eq!([wait(1), wait(2), wait(3), wait(30)], [2, 4, 8, BACKOFF_CAP_SECONDS]);
}

#[test]
fn retry_after_is_honoured_up_to_the_cap() {
    let throttled = Event::Throttled { retry_after: Some(SignedDuration::from_secs(60)) };
    assert!(
        matches!(step(&State::InFlight, throttled), Ok(State::Backoff { until }) if until.as_second() == 60)
    );
}

#[test]
fn what_the_ehr_took_is_never_sent_again_by_trying_again() {
    for event in [Event::ReadBackDiffers, Event::ReadBackMissing] {
        let mut state = step(&State::InFlight, Event::Accepted { reference: "X/1".into() }).unwrap();
        while let State::AwaitingReadback { .. } = state {
            state = step(&state, event.clone()).unwrap();
        }
        assert!(
            matches!(step(&state, Event::Retry), Ok(State::AwaitingReadback { reference, .. }) if reference == "X/1")
        );
    }
}

#[test]
fn nothing_leaves_filed() {
    let filed = State::Filed { reference: "X/1".into() };
    for event in [Event::SendStarts, Event::Retry, Event::Superseded, Event::Lost, Event::SignedIn] {
        assert_eq!(step(&filed, event), Err(Illegal));
    }
}

#[test]
fn an_empty_search_that_came_too_early_does_not_lead_to_a_resend() {
    let early = Moment { waited: SignedDuration::from_secs(SETTLE_SECONDS - 1), ..at(1, false) };
    let mut state = step(&State::InFlight, Event::Lost).unwrap();
    for _ in 0..300 {
        state = next(&state, &Event::FoundNone, early).unwrap();
        assert!(matches!(state, State::OutcomeUnknown { .. }));
    }
    assert_eq!(step(&state, Event::FoundNone), Ok(State::Ready));
}

#[test]
fn what_the_clinician_finds_in_the_chart_is_read_back_before_it_is_filed() {
    let stopped = |reason| State::NeedsClinician { reason };
    let chosen = Event::Chosen { reference: "X/2".into() };
    for reason in [Reason::CannotTell, Reason::Several, Reason::Conflict { status: 409 }] {
        let state = step(&stopped(reason), chosen.clone()).unwrap();
        assert!(matches!(&state, State::AwaitingReadback { reference, .. } if reference == "X/2"));
        assert_eq!(step(&state, Event::ReadBackMatches { reference: "X/1".into() }), Err(Illegal));
    }
    assert_eq!(step(&stopped(Reason::Refused { status: 403 }), chosen), Err(Illegal));
}

#[test]
fn what_the_ehr_said_it_took_is_sent_again_only_after_a_person_saw_that_it_is_not_there() {
    let gone = State::NeedsClinician { reason: Reason::NotReadable { reference: "X/1".into() } };
    assert_eq!(step(&gone, Event::NotThere), Ok(State::Ready));
    let differs = State::NeedsClinician { reason: Reason::Differs { reference: "X/1".into() } };
    assert_eq!(step(&differs, Event::NotThere), Err(Illegal));
    assert_eq!(
        step(&State::OutcomeUnknown { empty_searches: 1, look_at: Timestamp::UNIX_EPOCH }, Event::NotThere),
        Err(Illegal)
    );
}

#[test]
fn nothing_takes_the_place_of_what_may_be_in_the_ehr() {
    let lost = step(&State::InFlight, Event::Lost).unwrap();
    let taken = step(&State::InFlight, Event::Accepted { reference: "X/1".into() }).unwrap();
    for state in [State::InFlight, lost, taken, State::NeedsClinician { reason: Reason::CannotTell }] {
        assert_eq!(step(&state, Event::Superseded), Err(Illegal));
    }
    let refused = State::NeedsClinician { reason: Reason::Refused { status: 422 } };
    for state in [State::Ready, State::WaitingOnParent, State::NeedsSignIn, refused] {
        assert_eq!(step(&state, Event::Superseded), Ok(State::Superseded));
    }
}

#[test]
fn after_a_merge_it_is_searched_for_again_unless_it_was_never_tried() {
    let merged = State::NeedsClinician { reason: Reason::PatientChanged };
    assert!(matches!(step(&merged, Event::Retry), Ok(State::OutcomeUnknown { empty_searches: 0, .. })));
    assert_eq!(next(&merged, &Event::Retry, at(0, false)), Ok(State::Ready));
}

#[test]
fn a_clock_that_was_put_back_ends_every_wait() {
    let tomorrow = Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(24)).unwrap();
    let waits = [
        State::Backoff { until: tomorrow },
        State::OutcomeUnknown { empty_searches: 0, look_at: tomorrow },
        State::AwaitingReadback { reference: "X/1".into(), read_at: tomorrow, misses: 0 },
    ];
    assert!(waits.iter().all(|state| state.is_due(Timestamp::UNIX_EPOCH)));
    assert_eq!(step(&waits[0], Event::Due), Ok(State::Ready));
    let soon = Timestamp::from_second(LONGEST_WAIT_SECONDS).unwrap();
    assert_eq!(step(&State::Backoff { until: soon }, Event::Due), Err(Illegal));
}
