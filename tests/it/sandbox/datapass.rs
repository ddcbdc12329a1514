use habilis::sandbox::datapass::{
    Applicant, Contact, Datapass, Delivery, Filing, Gesture, RequestState, ServiceProvider, Signed, Webhook, signature,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{datapass_posting_to, instant, secret};

fn nowhere() -> Datapass {
    datapass_posting_to("http://127.0.0.1:1/").0
}

fn body(datapass: &Datapass, delivery: Uuid) -> Value {
    serde_json::from_slice(&datapass.payload(delivery).unwrap().0).unwrap()
}

/// A request in `state`, played by its people.
pub fn request_in(datapass: &Datapass, state: RequestState) -> i64 {
    use Gesture::*;
    let gestures: &[Gesture] = match state {
        RequestState::Draft => &[],
        RequestState::Submitted => &[Submit],
        RequestState::ChangesRequested => &[Submit, RequestChanges],
        RequestState::Validated => &[Submit, Approve],
        RequestState::Refused => &[Submit, Refuse],
        RequestState::Archived => &[Archive],
        RequestState::Revoked => &[Submit, Approve, Revoke],
    };
    let id = datapass.create(Filing::example());
    for gesture in gestures {
        datapass.act_at(id, *gesture, instant("2026-09-07T08:12:03.482Z")).unwrap();
    }
    id
}

#[test]
fn the_signature_is_the_contract_s() {
    let body = r#"{"test":true,"timestamp":"2026-09-07T09:30:00+02:00"}"#;
    let expected = "sha256=882a85e4c473cae2d16e8f4ec91898f16acfc86cbaf08eaded112fad614f2094";
    assert_eq!(signature(&secret(), body.as_bytes()), expected);

    let (datapass, clock) = datapass_posting_to("http://127.0.0.1:1/");
    clock.advance(instant("2026-09-07T07:30:00Z") - clock.now());
    let good = datapass.ping(Signed::Good);
    assert_eq!(good.body, body);
    assert_eq!(datapass.payload(good.id).unwrap().1, expected);
    let bad = datapass.ping(Signed::Bad);
    assert_ne!(datapass.payload(bad.id).unwrap().1, expected);
}

/// A documented payload, with the random identifiers of `actual`.
fn documented(text: &str, actual: &Value) -> Value {
    let mut expected: Value = serde_json::from_str(text).unwrap();
    expected["data"]["public_id"] = actual["data"]["public_id"].clone();
    expected["data"]["applicant"]["uid"] = actual["data"]["applicant"]["uid"].clone();
    for id in [&actual["data"]["public_id"], &actual["data"]["applicant"]["uid"]] {
        Uuid::parse_str(id.as_str().unwrap()).unwrap();
    }
    expected
}

#[test]
fn a_submission_and_its_approval_say_what_is_documented_key_by_key() {
    let datapass = nowhere();
    let id = datapass.create_at(Filing::example(), instant("2026-09-04T14:22:41.318Z"));
    let submitted = body(&datapass, datapass.submit_at(id, instant("2026-09-07T08:12:03.482Z")).unwrap());
    assert_eq!(submitted, documented(include_str!("submit.json"), &submitted));

    let approved = body(&datapass, datapass.approve_at(id, instant("2026-09-09T13:40:27.106Z")).unwrap());
    let mut expected = documented(include_str!("approve.json"), &approved);
    // The documented habilitation is written some milliseconds before its request.
    expected["data"]["authorizations"][0]["created_at"] = json!("2026-09-09T15:40:27.106+02:00");
    assert_eq!(approved, expected);
}

#[test]
fn a_draft_carries_only_its_first_step() {
    let datapass = nowhere();
    datapass.create(Filing::example());
    let Delivery { body, event, .. } = datapass.deliveries().remove(0);
    let payload: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((event.as_str(), &payload["data"]["state"]), ("create", &json!("draft")));
    let keys: Vec<&String> = payload["data"]["data"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["cadre_juridique_nature", "destinataire_donnees_caractere_personnel"]);
}

#[test]
fn an_approval_adds_a_habilitation_of_strings_and_nulls() {
    let datapass = nowhere();
    let id = request_in(&datapass, RequestState::Submitted);
    let payload = body(&datapass, datapass.approve(id).unwrap());
    let authorization = &payload["data"]["authorizations"][0];
    assert_eq!(payload["data"]["state"], "validated");
    assert_eq!(payload["data"]["last_validated_at"], "2026-09-07T10:12:03.482+02:00");
    assert_eq!(authorization["id"], 48811);
    assert_eq!((&authorization["state"], &authorization["slug"]), (&json!("active"), &Value::Null));
    let data = authorization["data"].as_object().unwrap();
    assert_eq!(data.len(), 15);
    assert_eq!(data["duree_conservation_donnees_caractere_personnel"], "12");
    assert_eq!(data["cadre_juridique_url"], Value::Null);

    datapass.reopen(id).unwrap();
    datapass.submit(id).unwrap();
    let again = body(&datapass, datapass.approve(id).unwrap());
    let states: Vec<&Value> =
        again["data"]["authorizations"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["obsolete", "active"]);
}

#[test]
fn each_gesture_is_possible_exactly_where_datapass_allows_it() {
    use RequestState::*;
    let table = [
        (Gesture::Submit, vec![Draft, ChangesRequested]),
        (Gesture::RequestChanges, vec![Submitted]),
        (Gesture::Approve, vec![Submitted, ChangesRequested]),
        (Gesture::Refuse, vec![Submitted, ChangesRequested]),
        (Gesture::Revoke, vec![Validated]),
        (Gesture::Archive, vec![Draft, Refused, Revoked]),
        (Gesture::Reopen, vec![Validated]),
        (Gesture::CancelReopening, vec![]),
    ];
    for (gesture, allowed) in table {
        for state in RequestState::ALL {
            let datapass = nowhere();
            let id = request_in(&datapass, state);
            let before = datapass.deliveries().len();
            let result = datapass.act_at(id, gesture, instant("2026-09-08T08:00:00Z"));
            assert_eq!(result.is_ok(), allowed.contains(&state), "{gesture:?} from {state:?}");
            assert_eq!(datapass.deliveries().len() - before, usize::from(result.is_ok()));
            if let Err(refusal) = result {
                assert!(refusal.to_string().ends_with('.'), "{refusal}");
            }
        }
    }
}

#[test]
fn a_reopening_given_up_shows_the_rejected_answers_then_forgets_them() {
    for give_up in [Gesture::Refuse, Gesture::CancelReopening] {
        let datapass = nowhere();
        let id = request_in(&datapass, RequestState::Validated);
        datapass.reopen(id).unwrap();
        let changed = Filing { retention_months: Some(24), ..Filing::example() };
        datapass.update(id, &changed).unwrap();
        assert!(datapass.archive(id).is_err(), "a habilitation is in force");
        datapass.submit(id).unwrap();
        let payload = body(&datapass, datapass.act_at(id, give_up, instant("2026-09-09T08:00:00Z")).unwrap());
        assert_eq!(payload["data"]["state"], "validated");
        assert_eq!(payload["data"]["data"]["duree_conservation_donnees_caractere_personnel"], 24);
        let in_force = &payload["data"]["authorizations"][0]["data"];
        assert_eq!(in_force["duree_conservation_donnees_caractere_personnel"], "12");
        let request = datapass.request(id).unwrap();
        assert_eq!(request.answers["duree_conservation_donnees_caractere_personnel"].as_deref(), Some("12"));
        assert!(!request.reopening);
    }
}

#[test]
fn revoking_one_habilitation_leaves_the_state_to_the_request() {
    let datapass = nowhere();
    let id = request_in(&datapass, RequestState::Validated);
    datapass.reopen(id).unwrap();
    let habilitation = datapass.request(id).unwrap().authorizations[0].id;
    let payload = body(&datapass, datapass.revoke_one(id, habilitation).unwrap());
    assert_eq!((&payload["event"], &payload["data"]["state"]), (&json!("revoke"), &json!("draft")));
    assert_eq!(payload["data"]["authorizations"][0]["state"], "revoked");
    assert_eq!(payload["data"]["authorizations"][0]["revoked"], false);
    assert!(datapass.revoke_one(id, habilitation).is_err());

    let whole = request_in(&datapass, RequestState::Validated);
    let habilitation = datapass.request(whole).unwrap().authorizations[0].id;
    let payload = body(&datapass, datapass.revoke_one(whole, habilitation).unwrap());
    assert_eq!(payload["data"]["state"], "revoked");
}

#[test]
fn a_transfer_changes_the_person_and_perhaps_the_siret() {
    let datapass = nowhere();
    let id = request_in(&datapass, RequestState::Validated);
    let to = Applicant { email: "Autre@Mairie.example".into(), ..Applicant::default() };
    let payload = body(&datapass, datapass.transfer(id, &to, None).unwrap());
    assert_eq!(payload["data"]["applicant"]["email"], "autre@mairie.example");
    assert_eq!(payload["data"]["applicant"]["given_name"], Value::Null);
    assert_eq!(payload["data"]["organization"]["siret"], "21730132400018");

    let crozon =
        Filing { siret: "21290042700015".into(), organisation: "COMMUNE DE CROZON".into(), ..Filing::example() };
    let payload = body(&datapass, datapass.transfer(id, &to, Some(&crozon.establishment())).unwrap());
    assert_eq!(payload["data"]["organization"]["siret"], "21290042700015");
    assert_eq!(payload["data"]["organization"]["id"], 5121);
    assert_eq!(payload["data"]["state"], "validated");
}

#[test]
fn a_submission_without_what_datapass_requires_is_refused() {
    let cases = [
        Filing { legal_basis: " ".into(), ..Filing::example() },
        Filing { document: false, ..Filing::example() },
        Filing { url: Some("pas une adresse".into()), ..Filing::example() },
        Filing { retention_months: None, ..Filing::example() },
        Filing { retention_months: Some(37), ..Filing::example() },
        Filing { dpd: Contact::default(), ..Filing::example() },
    ];
    for filing in cases {
        let datapass = nowhere();
        let id = datapass.create(filing.clone());
        assert!(datapass.submit(id).is_err(), "{filing:?}");
    }
    let datapass = nowhere();
    let id = datapass.create(Filing { document: false, url: Some("mairie.example/d".into()), ..Filing::example() });
    datapass.submit(id).unwrap();
}

#[test]
fn variants_of_an_organisation_reach_the_payload() {
    let datapass = nowhere();
    let provider = ServiceProvider { id: "an_editor".into(), siret: None, kind: Some("editor".into()) };
    let filing = Filing { insee: false, service_provider: Some(provider), ..Filing::example() };
    let id = datapass.create(filing);
    let payload = body(&datapass, datapass.submit(id).unwrap());
    assert_eq!(payload["data"]["organization"]["insee_payload"], json!({}));
    assert_eq!(payload["data"]["organization"]["name"], "l'organisation 21730132400018 (nom inconnu)");
    let provider = json!({ "id": "an_editor", "siret": null, "type": "editor" });
    assert_eq!(payload["data"]["service_provider"], provider);

    let closed = datapass.create(Filing { open: false, ..Filing::example() });
    let payload = body(&datapass, datapass.submit(closed).unwrap());
    let periods = &payload["data"]["organization"]["insee_payload"]["etablissement"]["periodesEtablissement"];
    assert_eq!(periods[0]["etatAdministratifEtablissement"], "F");
}

#[test]
fn bytes_are_those_of_rails_and_a_replay_may_reorder_them() {
    let datapass = nowhere();
    let organisation = "COMMUNE <D'ARTAGNAN> & FILS".to_owned();
    let id = datapass.create(Filing { organisation, ..Filing::example() });
    let delivery = datapass.submit(id).unwrap();
    let (bytes, _) = datapass.payload(delivery).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(r"COMMUNE \u003cD'ARTAGNAN\u003e \u0026 FILS") && text.contains("délibération"));

    let same = datapass.replay(delivery, false).unwrap();
    assert_eq!(same.body, text);
    let reordered = datapass.replay(delivery, true).unwrap();
    assert_ne!(reordered.body, text);
    let value: Value = serde_json::from_str(&reordered.body).unwrap();
    assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
    assert_eq!(reordered.replay_of, Some(delivery));
    assert_eq!(datapass.payload(reordered.id).unwrap().1, signature(&secret(), reordered.body.as_bytes()));
    assert!(datapass.replay(Uuid::new_v4(), false).is_err());
}

#[test]
fn a_kept_datapass_restarts_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("datapass.json");
    let open = || {
        let (_, clock) = datapass_posting_to("http://127.0.0.1:1/");
        Datapass::persisted(clock, Webhook { url: String::new(), secret: secret() }, file.clone()).unwrap()
    };
    let first = open();
    let id = first.batch(|| {
        let id = first.create(Filing::example());
        first.submit(id).unwrap();
        assert!(!file.exists(), "written once, at the end of the batch");
        id
    });
    first.approve(id).unwrap();
    let second = open();
    assert_eq!(second.request(id).unwrap().state, RequestState::Validated);
    let bodies = |datapass: &Datapass| datapass.deliveries().into_iter().map(|one| one.body).collect::<Vec<_>>();
    assert_eq!(bodies(&second), bodies(&first));
    assert_eq!(second.create(Filing::example()), id + 1);
    std::fs::write(&file, "{").unwrap();
    let (_, clock) = datapass_posting_to("http://127.0.0.1:1/");
    assert!(Datapass::persisted(clock, Webhook { url: String::new(), secret: secret() }, file).is_err());
}

#[tokio::test]
async fn what_got_no_answer_is_replayed_until_it_is_received() {
    let datapass = nowhere();
    request_in(&datapass, RequestState::Validated);
    assert_eq!(datapass.deliver_pending().await, 0);
    assert_eq!(datapass.pending(), 0, "nobody answered: DataPass forgets");
    assert_eq!(datapass.replay_lost(), datapass.deliveries().len() / 2);
    assert_eq!(datapass.replay_lost(), 0, "each once");
    let (received, _) = datapass_posting_to("http://127.0.0.1:1/");
    assert_eq!(received.replay_lost(), 0);
    datapass.deliver_pending().await;
    assert!(datapass.replay_lost() > 0, "a replay that is lost is replayed");
}
