//! Oracle Health: one form of the note, always final, with its times; diagnoses of the visit; tasks as messages.

use super::{Carrier, DiagnosisTaken, Fact, NoteTaken, Personality, TaskTaken};
use clinical::item::ChangeForm;
use fhir::write::{AppointmentForm, ConditionForm, Form};

pub const ORACLE: Personality = Personality {
    id: "oracle",
    words: "Oracle Health, which takes the note, diagnoses, and follow-ups as messages",
    software: Some("Oracle Health"),
    note: Some(NoteTaken {
        forms: &[Form::Xhtml],
        words: "formatted text (XHTML) with headings",
        preliminary: false,
        relates_to: false,
        needs_encounter: false,
    }),
    diagnosis: Some(DiagnosisTaken {
        form: ConditionForm::NamedFields,
        words: "ICD-10-CM code, linked to the visit",
        needs_encounter: true,
        for_problem_list: false,
    }),
    claim: false,
    task: Some(TaskTaken {
        carrier: Carrier::Communication,
        words: "message to its owner that says when it is due; it is not a task",
    }),
    appointment: Some(AppointmentForm::SlotAndPatient),
    change: Some(ChangeForm::AsSent),
    conditional_create: false,
    keeps_identifiers: false,
    facts: &[
        Fact {
            says: "DocumentReference.create: docStatus final; type, author, inline data and context.period with \
                   times are needed; ;charset=utf-8 on text. Answered 201 with only a Location.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/",
        },
        Fact {
            says: "Condition.create: problem-list-item or encounter-diagnosis, an encounter for the latter, clinicalStatus \
                   active; fields that are not named there are ignored; the order for billing cannot be set.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-condition-post.html",
        },
        Fact {
            says: "DocumentReference and Condition are changed by PUT with If-Match; only named fields, with the content \
                   inline, and one that is missing is taken away. A Communication is not changed so.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-documentreference-id-put.html",
        },
        Fact {
            says: "There is no Task; Communication.create is the nearest.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/",
        },
        Fact {
            says: "Appointment.create, booked: one slot and one participant, the patient, accepted; who, where and when come \
                   from the slot. A slot that is taken is answered 422. Slots are found by service type, practitioner \
                   (schedule.actor) and start; an Appointment by patient and date.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-appointment-post.html",
        },
        Fact {
            says: "Charges go through ChargeItem/$create with the codes of the site's own tables.",
            source: "https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-chargeitem-create-post.html",
        },
    ],
};
