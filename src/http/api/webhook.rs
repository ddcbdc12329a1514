//! Where DataPass delivers: `POST /api/datapass/webhook`. Signature on the raw bytes, kept durably, only then
//! acknowledged. DataPass counts 200, 201 and 204 as received and sends anything else again, for ever.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;
use uuid::Uuid;

use crate::http::{Shared, paths};
use crate::intake::{Kept, Read, is_signed, read};
use crate::store::inbox::{Delivery, Status};

/// Largest body taken: a real one is some kilobytes.
const LIMIT: usize = 1024 * 1024;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::WEBHOOK, post(receive)).layer(DefaultBodyLimit::max(LIMIT))
}

async fn receive(State(house): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signed = is_signed(&body, header("x-hub-signature-256"), &house.config.webhook_secrets);
    let read = read(&body);
    if !signed {
        // DataPass fires a first ping before anybody can know the secret, and refuses a webhook that does not answer.
        return match read {
            Read::Ping => answer(StatusCode::OK, "ping"),
            _ => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "Unauthorized" }))).into_response(),
        };
    }
    if read == Read::Ping {
        return answer(StatusCode::OK, "ping");
    }
    let environment = header("x-app-environment").map(|e| e.chars().take(50).collect());
    match house.intake.keep(delivery(read, &body, environment, &house)).await {
        Ok(Kept::New) => answer(StatusCode::CREATED, "kept"),
        Ok(Kept::Duplicate) => answer(StatusCode::OK, "duplicate"),
        Err(_) => {
            let body = Json(json!({ "error": "Not kept, send again" }));
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], body).into_response()
        }
    }
}

fn answer(status: StatusCode, word: &str) -> Response {
    (status, Json(json!({ "status": word }))).into_response()
}

fn delivery(read: Read, body: &Bytes, environment: Option<String>, house: &Shared) -> Delivery {
    let mut delivery = Delivery {
        id: Uuid::now_v7(),
        dedup_key: String::new(),
        received_at: house.clock.now(),
        environment,
        event: None,
        model_type: None,
        model_id: None,
        fired_at: None,
        body: body.to_vec(),
        status: Status::Pending,
        note: None,
    };
    match read {
        Read::Event(envelope) => {
            delivery.dedup_key = envelope.dedup_key;
            delivery.event = Some(envelope.event);
            delivery.model_type = Some(envelope.model_type);
            delivery.model_id = Some(envelope.model_id);
            delivery.fired_at = Some(envelope.fired_at);
        }
        Read::Unreadable { why, dedup_key } => {
            delivery.dedup_key = dedup_key;
            delivery.status = Status::Quarantined;
            delivery.note = Some(why.to_owned());
        }
        Read::Ping => {}
    }
    delivery
}
