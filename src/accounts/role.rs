//! The four roles and what each may do. One place to read, one to change.

use std::str::FromStr;

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads everything, changes nothing.
    Lecteur,
    /// Decides on requests.
    Instructeur,
    /// Decides, and mends what got stuck.
    Responsable,
    /// Mends what got stuck, decides nothing.
    Operateur,
}

/// A word that is not a role's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Rôle inconnu : il faut lecteur, instructeur, responsable ou operateur.")]
pub struct UnknownRole;

impl Role {
    /// Every role, from the least to the most technical.
    pub const ALL: [Self; 4] = [Self::Lecteur, Self::Instructeur, Self::Responsable, Self::Operateur];

    /// As stored and typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lecteur => "lecteur",
            Self::Instructeur => "instructeur",
            Self::Responsable => "responsable",
            Self::Operateur => "operateur",
        }
    }

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lecteur => "Lecteur",
            Self::Instructeur => "Instructeur",
            Self::Responsable => "Responsable",
            Self::Operateur => "Opérateur",
        }
    }

    /// Accept, refuse, ask for a change, correct a name or a code.
    pub fn can_decide(self) -> bool {
        matches!(self, Self::Instructeur | Self::Responsable)
    }

    /// Write what colleagues share: the texts that answers start from.
    pub fn can_manage(self) -> bool {
        self == Self::Responsable
    }

    /// Start again, put aside or take up a mise en service.
    pub fn can_mend(self) -> bool {
        self.can_decide() || self.can_operate()
    }

    /// Retry, repair or reconcile what the machines could not finish.
    pub fn can_operate(self) -> bool {
        matches!(self, Self::Responsable | Self::Operateur)
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert_eq!("Instructeur".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn rights() {
        let of = |right: fn(Role) -> bool| Role::ALL.into_iter().filter(|r| right(*r)).collect::<Vec<_>>();
        assert_eq!(of(Role::can_decide), [Role::Instructeur, Role::Responsable]);
        assert_eq!(of(Role::can_mend), [Role::Instructeur, Role::Responsable, Role::Operateur]);
        assert_eq!(of(Role::can_manage), [Role::Responsable]);
        assert_eq!(of(Role::can_operate), [Role::Responsable, Role::Operateur]);
    }
}
