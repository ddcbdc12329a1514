//! The demandeur's tracking page, behind its link alone: never kept, never indexed, and a wrong link looks like any
//! address that does not exist.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use crate::domain::Habilitation;
use crate::http::views::tracking::{self as view, Tracked};
use crate::http::{Error, PageResult, Shared, paths};
use crate::store::{habilitations, provisioning};
use crate::tracking::progress;

/// Our tokens are far shorter.
const LONGEST: usize = 200;

const PRIVATE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

pub async fn page(
    State(house): State<Shared>,
    token: Result<Path<String>, PathRejection>,
) -> PageResult<impl IntoResponse> {
    let token = token.ok().map(|Path(token)| token).filter(|token| is_plausible(token)).ok_or(Error::NotFound)?;
    let mut conn = house.db.read().await?;
    let habilitation = habilitations::by_tracking_token(conn.cx(), &token).await?.ok_or(Error::NotFound)?;
    let row = provisioning::of(conn.cx(), habilitation.id).await?;
    let snapshot = house.publication.current();
    let open = siret(&habilitation).and_then(|siret| snapshot.of_siret(&siret).cloned());
    let tracked = Tracked {
        habilitation: &habilitation,
        progress: progress(&habilitation, row.as_ref(), open.is_some()),
        datapass: paths::datapass_request(&house.config, habilitation.datapass_id),
        form: open.as_ref().map(|open| (house.config.form_of(&open.siret), open.siret.clone())),
    };
    Ok((PRIVATE, view::page(&tracked)))
}

/// Keeps from the database what it could not even compare.
fn is_plausible(token: &str) -> bool {
    (1..=LONGEST).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The SIRET of the answers in force, else of the answers given.
fn siret(habilitation: &Habilitation) -> Option<String> {
    let dossier = habilitation.in_force.as_ref().map_or(&habilitation.dossier, |in_force| &in_force.dossier);
    dossier.organisation.siret().map(|siret| siret.to_string())
}
