//! FHIR R4 JSON in and out: verbatim resources, lenient views, builders. No I/O.
