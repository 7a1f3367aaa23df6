//! The EHR over the network: SMART launch, FHIR client, capabilities, personalities, write plan.
