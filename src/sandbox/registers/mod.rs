//! Simulated registers of the State that answer by HTTP, beside Sirene: Recherche d'entreprises, the commune API and the
//! directory of mairies; and the DNS. They know France's communes, invent plausible people and addresses for them, and
//! what they are told replaces it. Must not know the other simulators.

pub mod annuaire;
pub mod dns;
pub mod geo;
mod invented;
pub mod outage;
pub mod recherche;

pub use annuaire::Annuaire;
pub use dns::Dns;
pub use geo::Geo;
pub use outage::Outage;
pub use recherche::Recherche;
