//! The façade: routes to pages, forms and API answers. Reads what pages need, hands every change to `workflow`.
//! Must not hold a rule: what is allowed is asked, what happened is shown.

pub mod api;
pub mod assets;
pub mod back_office;
mod client_address;
mod csp;
mod error;
pub mod health;
pub mod public;
pub mod session;
mod trace;
mod upload;
pub mod views;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::workflow::House;

pub use crate::paths;
pub use error::{Error, PageResult};

/// What every handler is given.
pub type Shared = Arc<House>;

/// The longest a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The largest body of a form; the webhook has its own.
const FORM_LIMIT: usize = 256 * 1024;

/// The forms that carry a file, a few at once.
fn uploads() -> Router<Shared> {
    Router::new()
        .merge(public::uploads())
        .merge(back_office::uploads())
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(upload::FORM))
        .layer(GlobalConcurrencyLimitLayer::new(upload::AT_ONCE))
        .layer(within(upload::PATIENCE))
}

fn within(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time)
}

/// The whole service.
pub fn router(house: Shared) -> Router {
    let pages = Router::new()
        .merge(public::routes())
        .merge(back_office::routes())
        .method_not_allowed_fallback(error::not_allowed)
        .layer(RequestBodyLimitLayer::new(FORM_LIMIT))
        .layer(within(TIMEOUT))
        .merge(uploads())
        .layer(session::layer(&house))
        .layer(tower_http::csrf::CsrfLayer::new());
    let rest = Router::new()
        // Outside of sessions and of the same-origin rule: mail software posts there, and the token is the authority.
        .merge(public::unsubscribe::routes().layer(RequestBodyLimitLayer::new(FORM_LIMIT)))
        .merge(api::routes())
        .merge(health::routes())
        .merge(assets::routes())
        .layer(within(TIMEOUT));
    Router::new()
        .merge(pages)
        .merge(rest)
        .fallback(error::not_found)
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http().make_span_with(trace::span))
                .layer(CatchPanicLayer::custom(error::on_panic))
                .layer(axum::middleware::from_fn_with_state(Arc::clone(&house), csp::protect)),
        )
        .with_state(house)
}

/// Answers on a listener until told to stop, then finishes the requests in flight.
///
/// # Errors
/// When the listener fails.
pub async fn serve(house: Shared, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    // Answers are written whole: nothing is gained by holding their last bytes back until the first are acknowledged.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
    });
    let service = router(house).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}
