//! A collectivité whose commune has another code: whether HubEE knows it there already, since télédossiers go where its
//! form says.

use super::house::House;
use super::settle::NotSettled;
use crate::store::drift::DriftRow;

/// The organisation that HubEE knows under the new code.
pub(super) struct Branch {
    pub code: String,
    pub subscription: String,
}

/// HubEE remits to the branch that the form names: the new code is only published when HubEE has it active.
pub(super) async fn known_there(house: &House, row: &DriftRow) -> Result<Branch, NotSettled> {
    let code = row.detail.0.get("code_cog").and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let asked = house.hubee.subscriptions(&row.siret).await;
    let all = asked.map_err(|failed| NotSettled::Refused(format!("{}. Réessayez plus tard.", failed.fault)))?.value;
    let found = all.iter().find(|one| one.is_of(&row.siret, &code) && one.is_active());
    let found = found.map(|one| Branch { code: code.clone(), subscription: one.id().to_owned() });
    found.ok_or_else(|| {
        NotSettled::Refused(format!(
            "HubEE ne connaît pas encore d’abonnement actif de cette organisation sous le code guichet {code} : publier ce \
             code ferait perdre des dossiers. Demandez au support HubEE de le changer, puis recommencez."
        ))
    })
}
