//! Which of the fields we sent HubEE's gateway refuses, in the words of our own pages. Its messages look like
//! `[ERROR][REQUEST][POST /subscriptions @body] [Path '/localAdministrator/email'] ECMA 262 regex …`; a message of another
//! shape names nothing, and HubEE's own words are then all there is.

/// Paths of HubEE's bodies, and what we call them. Longer paths first.
const NAMES: [(&str, &str); 18] = [
    ("localAdministrator/email", "adresse de l’administrateur"),
    ("localAdministrator/firstName", "prénom du demandeur"),
    ("localAdministrator/lastName", "nom du demandeur"),
    ("localAdministrator/function", "fonction du demandeur"),
    ("localAdministrator/phoneNumber", "téléphone du demandeur"),
    ("localAdministrator", "demandeur"),
    ("delegationActor", "éditeur"),
    ("subscriber", "organisation"),
    ("companyRegister", "SIRET"),
    ("branchCode", "code de la commune"),
    ("postalCode", "code postal"),
    ("territory", "territoire"),
    ("notificationFrequency", "fréquence des notifications"),
    ("accessMode", "mode d’accès"),
    ("datapassId", "numéro de la demande"),
    ("processCode", "démarche"),
    ("email", "adresse de l’organisation"),
    ("name", "nom de l’organisation"),
];

/// The fields that a message of the gateway names, once each, in its order.
pub fn refused(message: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for problem in message.split("[ERROR][REQUEST]").skip(1) {
        let paths = quoted(problem, "[Path '", "'").into_iter().map(str::to_owned);
        let missing = problem.split_once("missing required properties").map_or(Vec::new(), |(_, rest)| {
            // Inside an object, the path says which.
            let object = quoted(problem, "[Path '", "'").first().map_or(String::new(), |path| format!("{path}/"));
            quoted(rest, "\"", "\"").into_iter().map(|name| format!("{object}{name}")).collect()
        });
        for path in missing.into_iter().chain(paths) {
            if let Some(name) = name(&path).filter(|name| !found.contains(name)) {
                found.push(name);
            }
        }
    }
    found
}

fn name(path: &str) -> Option<&'static str> {
    let path = path.trim_start_matches('/');
    NAMES.iter().find(|(known, _)| path == *known || path.starts_with(&format!("{known}/"))).map(|(_, name)| *name)
}

/// What stands between two marks, each time.
fn quoted<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((_, after)) = rest.split_once(open) {
        let Some((inside, next)) = after.split_once(close) else { break };
        found.push(inside);
        rest = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_refusal_are_named() {
        let regex = "Bad Request : Validation failed. [ERROR][REQUEST][POST /subscriptions @body] \
                     [Path '/localAdministrator/email'] ECMA 262 regex \"^a$\" does not match input string \"•••\"";
        assert_eq!(refused(regex), ["adresse de l’administrateur"]);
        let missing = "Bad Request : Validation failed. [ERROR][REQUEST][POST /organizations @body] Object has missing \
                       required properties ([\"email\",\"postalCode\"])";
        assert_eq!(refused(missing), ["adresse de l’organisation", "code postal"]);
        let inside = "[ERROR][REQUEST][POST /subscriptions @body] [Path '/localAdministrator'] Object has missing \
                      required properties ([\"email\"])";
        assert_eq!(refused(inside), ["adresse de l’administrateur", "demandeur"]);
        let two = "[ERROR][REQUEST][POST /organizations @body] [Path '/name'] String \"•••\" is too long \
                   [ERROR][REQUEST][POST /organizations @body] [Path '/name'] again \
                   [ERROR][REQUEST][POST /organizations @body] [Path '/somethingNew'] x";
        assert_eq!(refused(two), ["nom de l’organisation"]);
        assert_eq!(refused("Something else ; name"), Vec::<&str>::new());
    }
}
