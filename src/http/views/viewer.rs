//! What the header of every page offers to whoever asks for it: noted once for a request, as its account is recognised,
//! and read where the header is drawn, so that no page has to carry it. Knows no account.

use std::cell::Cell;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

tokio::task_local! {
    static MAY_OPERATE: Cell<bool>;
}

/// The layer that each request is answered under: nobody is recognised yet.
pub async fn unknown(request: Request, next: Next) -> Response {
    MAY_OPERATE.scope(Cell::new(false), next.run(request)).await
}

/// Somebody is recognised, who may see the operators' page or not.
pub fn recognised(may_operate: bool) {
    // Outside of a request there is no header.
    let _ = MAY_OPERATE.try_with(|known| known.set(may_operate));
}

pub(super) fn may_operate() -> bool {
    MAY_OPERATE.try_with(Cell::get).unwrap_or(false)
}
