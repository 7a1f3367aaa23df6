//! The worst moment: the EHR takes the note and drops the answer, and the app is killed at a
//! random point around it. Afterwards everything is in the EHR exactly once, with receipts.

use chartside_tests::app::{self, Call};
use chartside_tests::process::Process;
use chartside_tests::visit::{chart, filed, launch_maria, sign, write, written};
use sandbox_ehr::{Config, Fault, Sandbox};
use std::time::Duration;

/// Where the blow falls, from the seed: around the note's own request, or (one seed in three)
/// later, while the EHR is asked what became of it and the other items go out.
fn moment(seed: u64) -> Duration {
    // splitmix64: neighbouring seeds are far apart.
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let spread = Duration::from_micros((z ^ (z >> 31)) % 150_000);
    if seed % 3 == 2 { LATER + spread * 4 } else { spread }
}

/// When the first search for the lost note is due.
const LATER: Duration = Duration::from_secs(clinical::delivery::SETTLE_SECONDS as u64);

/// Gives true when the blow fell where it hurts: the EHR had the note, the app had no receipt.
async fn survives(seed: u64) -> bool {
    let data = tempfile::tempdir().unwrap();
    // Half of the servers protect themselves by If-None-Exist; with the others it is all up to us.
    let personality = if seed.is_multiple_of(2) { "generic" } else { "plain" };
    let config = Config { personality: personality.to_owned(), ..Config::default() };
    let ehr = Sandbox::start(config).await.unwrap();
    let policy = app::policy(&ehr.urls.fhir, &ehr.urls.origin);
    let first = Process::start(data.path(), &policy).await;
    let visit = launch_maria(&first, &ehr).await;
    chart(&first, &visit).await;
    write(&first, &visit).await;
    ehr.faults()
        .add("kind=drop_response,method=POST,path=DocumentReference,times=1,ms=80".parse::<Fault>().unwrap());
    let plan = first.must("plan_get", app::of(&visit)).await;
    let arguments = serde_json::json!({ "visit": visit, "plan_hash": plan["plan_hash"] });
    // The blow may fall while signing is still under way: then the visit is either signed or not.
    let signing = tokio::time::timeout(moment(seed), async {
        let answer = first.call("sign", arguments).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        answer
    });
    assert!(signing.await.is_err());
    first.kill().await;
    let posted =
        ehr.log().entries().iter().any(|e| e.method == "POST" && e.path.ends_with("/DocumentReference"));

    let second = Process::start(data.path(), &policy).await;
    let note = second.must("note_get", app::of(&visit)).await;
    let hurt = posted && !note["signed"].is_null();
    if note["signed"].is_null() {
        assert!(
            written(&ehr).await.iter().all(|(_, copies)| copies.is_empty()),
            "unsigned, and yet something was written"
        );
        sign(&second, &visit).await;
    }
    let delivery = filed(&second, &visit).await;
    for (kind, copies) in written(&ehr).await {
        assert_eq!(copies.len(), 1, "seed {seed}: exactly one {kind}");
        let items = delivery["items"].as_array().unwrap();
        let receipt = items.iter().map(|i| &i["receipt"]).find(|r| r["resource_type"] == kind);
        assert_eq!(receipt.expect("a receipt")["id"], copies[0]["id"], "seed {seed}: {kind}");
    }
    second.kill().await;
    hurt
}

/// The seeds in slices, so that the runner can spread them.
macro_rules! slices {
    ($($name:ident: $seeds:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let mut hurt = 0;
            for seed in $seeds {
                hurt += u32::from(survives(seed).await);
            }
            assert!(hurt >= 3, "only {hurt} of ten blows fell between the EHR's commit and the receipt");
        }
    )+};
}

slices! {
    killed_after_a_dropped_response_nothing_is_lost_or_doubled_seeds_00_to_09: 0..10;
    killed_after_a_dropped_response_nothing_is_lost_or_doubled_seeds_10_to_19: 10..20;
    killed_after_a_dropped_response_nothing_is_lost_or_doubled_seeds_20_to_29: 20..30;
    killed_after_a_dropped_response_nothing_is_lost_or_doubled_seeds_30_to_39: 30..40;
    killed_after_a_dropped_response_nothing_is_lost_or_doubled_seeds_40_to_49: 40..50;
}
