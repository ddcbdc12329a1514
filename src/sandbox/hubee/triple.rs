//! What identifies an organisation in HubEE: type, SIRET and branch code (« code guichet »). Not a uuid.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An organisation's key, written `SI-{SIRET}-{branch}` in paths and messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Triple {
    #[serde(rename = "type")]
    pub kind: String,
    /// SIRET, 14 digits.
    pub company_register: String,
    /// INSEE code of the commune, `00000` for some legacy organisations.
    pub branch_code: String,
}

impl Triple {
    /// The key of a collectivité (type `SI`).
    pub fn si(siret: &str, branch_code: &str) -> Self {
        Self::new("SI", siret, branch_code)
    }

    /// The key of an éditeur (type `EDT`).
    pub fn edt(siret: &str, branch_code: &str) -> Self {
        Self::new("EDT", siret, branch_code)
    }

    /// The key of whoever sends télédossiers (type `OSL`).
    pub fn osl(siret: &str, branch_code: &str) -> Self {
        Self::new("OSL", siret, branch_code)
    }

    fn new(kind: &str, siret: &str, branch_code: &str) -> Self {
        Self { kind: kind.to_owned(), company_register: siret.to_owned(), branch_code: branch_code.to_owned() }
    }

    /// `{type}-{companyRegister}-{branchCode}`.
    pub fn key(&self) -> String {
        format!("{}-{}-{}", self.kind, self.company_register, self.branch_code)
    }

    /// The key read in a body; absent when one of the three is.
    pub(super) fn read(body: &Value) -> Option<Self> {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        Some(Self::new(text("type")?, text("companyRegister")?, text("branchCode")?))
    }

    pub(super) fn to_json(&self) -> Value {
        json!({"type": self.kind, "companyRegister": self.company_register, "branchCode": self.branch_code})
    }
}
