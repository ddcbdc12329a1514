//! Ready-made texts with which a collectivité presents the form to families. Each names the way without FranceConnect,
//! and none promises that the quotient familial refreshes by itself: it does not. Brackets mark what only the
//! collectivité knows.

/// Where families get their attestation, whatever their département.
pub const CAF: &str = "https://www.caf.fr";
/// Same, for the agricultural scheme.
pub const MSA: &str = "https://monespaceprive.msa.fr";

/// The texts, ready to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kit {
    /// For the collectivité's site: a fragment of HTML without style.
    pub web_html: String,
    /// Same, as plain text.
    pub web_text: String,
    pub email_subject: String,
    pub email_body: String,
    /// For the municipal bulletin.
    pub bulletin: String,
    /// Short enough for two text messages.
    pub sms: String,
}

impl Kit {
    /// The kit of a collectivité, whose form is at `form`.
    pub fn of(name: &str, form: &str) -> Self {
        Self {
            web_html: web_html(&escape(name), &escape(form)),
            web_text: web_text(name, form),
            email_subject: "Votre quotient familial : transmettez-le en ligne".to_owned(),
            email_body: email_body(name, form),
            bulletin: bulletin(name, form),
            sms: format!(
                "{name} : transmettez votre quotient familial en ligne : {form}\n\
                 Sans FranceConnect : attestation CAF ou MSA à nous envoyer."
            ),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn web_html(name: &str, form: &str) -> String {
    format!(
        r#"<h2>Transmettre votre quotient familial</h2>
<p>{name} calcule vos tarifs [cantine, périscolaire, crèche…] d’après votre quotient familial.</p>
<h3>En ligne, avec FranceConnect</h3>
<p>Identifiez-vous, vérifiez vos informations, envoyez-les : aucun document à fournir.</p>
<p><a href="{form}">Transmettre mon quotient familial</a></p>
<h3>Sans FranceConnect</h3>
<p>Téléchargez votre attestation de quotient familial sur <a href="{CAF}">caf.fr</a> ou sur
<a href="{MSA}">votre espace MSA</a>, puis envoyez-la à [adresse électronique du service]
ou déposez-la à [adresse du guichet].</p>
"#
    )
}

fn web_text(name: &str, form: &str) -> String {
    format!(
        "Transmettre votre quotient familial

{name} calcule vos tarifs [cantine, périscolaire, crèche…] d’après votre quotient familial.

En ligne, avec FranceConnect : identifiez-vous, vérifiez vos informations, envoyez-les. Aucun document à fournir.
{form}

Sans FranceConnect : téléchargez votre attestation de quotient familial sur {CAF} ou {MSA}, puis envoyez-la à \
[adresse électronique du service] ou déposez-la à [adresse du guichet].
"
    )
}

fn email_body(name: &str, form: &str) -> String {
    format!(
        "Bonjour,

Pour calculer vos tarifs [cantine, périscolaire, crèche…], nous avons besoin de votre quotient familial \
[avant le JJ/MM/AAAA].

Le plus simple est de nous le transmettre en ligne, avec FranceConnect :
{form}

Vous vous identifiez, vous vérifiez vos informations, vous les envoyez. Vous n’avez aucun document à fournir. \
Si votre quotient familial change, refaites la démarche à la même adresse.

Vous ne souhaitez pas utiliser FranceConnect, ou vous ne le pouvez pas ? Téléchargez votre attestation de quotient \
familial sur {CAF} ou {MSA}, puis envoyez-la à [adresse électronique du service] ou déposez-la à [adresse du guichet].

La grille des tarifs : [lien vers la grille tarifaire].

Bien cordialement,
{name}
"
    )
}

fn bulletin(name: &str, form: &str) -> String {
    format!(
        "Quotient familial : transmettez-le en ligne. {name} vous permet d’envoyer votre quotient familial en quelques \
         minutes avec FranceConnect, sans aucun document :\n{form}\n\
         Vous préférez vous en passer ? Remettez votre attestation CAF ou MSA à [nom du service]."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_gives_the_form_and_the_way_without_franceconnect() {
        let form = "https://exemple.fr/collectivites/21730132400018";
        let kit = Kit::of("COMMUNE D'EXEMPLE", form);
        for text in [&kit.web_html, &kit.web_text, &kit.email_body, &kit.bulletin, &kit.sms] {
            assert!(text.contains(form) && text.contains("COMMUNE D'EXEMPLE"), "{text}");
            assert!(text.contains("attestation") && text.to_lowercase().contains("caf"), "{text}");
            assert!(text.to_lowercase().contains("msa") && !text.contains("automatique"), "{text}");
        }
    }

    #[test]
    fn a_name_can_not_write_html() {
        let kit = Kit::of("<script>", "https://exemple.fr/?a&b");
        assert!(kit.web_html.contains("&lt;script&gt;") && kit.web_html.contains("?a&amp;b"));
    }
}
