//! The table of settings: each key documented once. The README's table is checked against it.

/// One setting.
pub struct Key {
    pub name: &'static str,
    /// Used when the key is absent; `None` means that it must be given, or is optional as its text says.
    pub default: Option<&'static str>,
    /// Never shown.
    pub secret: bool,
    /// What it is for, in French, for operators.
    pub doc: &'static str,
}

const fn key(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Key {
    Key { name, default, secret: false, doc }
}

const fn secret(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Key {
    Key { name, default, secret: true, doc }
}

/// Every setting, in reading order.
pub const KEYS: &[Key] = &[
    key("HABILIS_CONFIG", None, "Fichier TOML facultatif, mêmes clés ; l’environnement l’emporte"),
    key("HABILIS_ENV", Some("development"), "`production` ou `development`"),
    key("HABILIS_LISTEN", Some("127.0.0.1:8080"), "Adresse et port d’écoute"),
    key("HABILIS_BASE_URL", Some("http://127.0.0.1:8080"), "Adresse publique du service ; https en production"),
    key(
        "HABILIS_FORM_URL",
        Some("https://quotient-familial.numerique.gouv.fr"),
        "Racine du formulaire national : `{racine}/collectivites/{siret}`",
    ),
    key("HABILIS_DECISIONS", Some("here"), "Qui décide : `here` (nos instructeurs) ou `datapass`"),
    key("HABILIS_LOG", Some("info"), "Niveau des journaux : `info`, `habilis=debug`…"),
    key("HABILIS_WORKERS", Some("4"), "Tâches de fond menées de front par processus (1 à 64)"),
    key(
        "HABILIS_LEASE_SECONDS",
        Some("60"),
        "Secondes sans nouvelles d’un processus avant qu’un autre reprenne ses tâches de fond (1 à 3600)",
    ),
    key("HABILIS_TRUSTED_PROXIES", None, "Adresses IP des mandataires dont `X-Forwarded-For` est cru (facultatif)"),
    secret("DATABASE_URL", Some("sqlite://data/habilis.db"), "`sqlite://chemin` (créé au besoin) ou `postgres://…`"),
    secret("DATAPASS_WEBHOOK_SECRETS", None, "Secrets des webhooks DataPass, séparés par des virgules (rotation)"),
    key("DATAPASS_URL", Some("https://datapass.api.gouv.fr"), "Adresse de DataPass : liens profonds et API"),
    key(
        "DATAPASS_CLIENT_ID",
        None,
        "Application qui lit l’API de DataPass ; absente, rien ne retrouve un webhook perdu",
    ),
    secret("DATAPASS_CLIENT_SECRET", None, "Son secret, à donner avec elle"),
    key("DATAPASS_RECONCILE_MINUTES", Some("10"), "Minutes entre deux rapprochements avec DataPass (1 à 1440)"),
    key("HUBEE_API_URL", None, "Racine de l’API HubEE ; `/referential/v1/…` est ajouté"),
    key("HUBEE_TOKEN_URL", None, "Adresse entière du serveur de jetons HubEE"),
    key("HUBEE_CLIENT_ID", None, "Identifiant client HubEE"),
    secret("HUBEE_CLIENT_SECRET", None, "Secret client HubEE"),
    key("HUBEE_SCOPE", Some("ADMIN"), "Portée demandée : `ADMIN` ou `DATAPASS`"),
    key(
        "HUBEE_PORTAIL_URL",
        Some("https://portail.hubee.numerique.gouv.fr/"),
        "Portail HubEE, où les courriels envoient le demandeur",
    ),
    key("HUBEE_ACTIVATION", Some("manual"), "`automatic` (par l’API) ou `manual` (par la collectivité, dans HubEE)"),
    key("HUBEE_PATIENCE_MS", Some("30000"), "Millisecondes laissées à HubEE pour répondre (100 à 120 000)"),
    key("HUBEE_EXTENSION_MAX", Some("4"), "Lettres de l’extension d’une adresse que HubEE accepte, au plus (2 à 63)"),
    key("HUBEE_TELEPHONE_MIN", Some("10"), "Chiffres d’un numéro international que HubEE accepte, au moins (4 à 15)"),
    key(
        "HUBEE_ADRESSE_DE_SERVICE",
        Some("avertir"),
        "Demandeur dont l’adresse est celle d’un service (`mairie@…`) : `avertir` ou `bloquer`",
    ),
    key("SIRENE_API_URL", Some("https://api.insee.fr"), "Racine de l’API Sirene"),
    secret("SIRENE_API_KEY", None, "Clé de l’API Sirene ; absente, Sirene n’est pas interrogée"),
    key(
        "SIRENE_PER_MINUTE",
        Some("30"),
        "Appels par minute à Sirene, pour chaque processus : ce qu’elle autorise, divisé par leur nombre",
    ),
    key(
        "HABILIS_SOURCES",
        None,
        "Autres sources interrogées, parmi `recherche`, `geo`, `annuaire`, `dns`, `hubee` ; absente, aucune",
    ),
    key("HABILIS_SOURCES_SECONDS", Some("10"), "Secondes laissées à une source pour répondre (1 à 60)"),
    key(
        "RECHERCHE_ENTREPRISES_URL",
        Some("https://recherche-entreprises.api.gouv.fr"),
        "Racine de Recherche d’entreprises : unités et élus",
    ),
    key("GEO_API_URL", Some("https://geo.api.gouv.fr"), "Racine de l’API Géo : communes"),
    key(
        "ANNUAIRE_URL",
        Some("https://api-lannuaire.service-public.fr"),
        "Racine de l’Annuaire de l’administration : mairies",
    ),
    key(
        "DNS_RESOLVER",
        None,
        "Serveur DNS (`adresse:port`) qui dit si un domaine reçoit du courriel ; requis par `dns`",
    ),
    secret(
        "SMTP_URL",
        None,
        "`smtps://…`, `smtp://…?tls=required` (STARTTLS) ; hors production `smtp://hôte:port`, `blackhole:`",
    ),
    key("HABILIS_SANDBOX_LISTEN", Some("127.0.0.1:8081"), "Démonstration : adresse du bac à sable"),
    key("HABILIS_SANDBOX_SMTP", Some("127.0.0.1:8025"), "Démonstration : adresse du serveur de courriel simulé"),
    key("HABILIS_DEMO_SOURCES", Some("oui"), "Démonstration : sources simulées interrogées, `oui` ou `non`"),
    key("HABILIS_DEMO_FOLDER", Some("data/demo"), "Démonstration : dossier de ses données"),
    key(
        "HABILIS_DEMO_DEMANDES",
        Some("72"),
        "Démonstration : nombre de demandes d’une démonstration neuve (0 à 20000)",
    ),
    key("MAIL_FROM", Some("API Particulier <ne-pas-repondre@habilis.example>"), "Expéditeur des courriels"),
    key("HABILIS_CALENDRIER", Some("metropole"), "Jours fériés des délais : `metropole` ou `alsace-moselle`"),
    key("HABILIS_LUNDI_PENTECOTE", Some("ferie"), "Lundi de Pentecôte : `ferie` ou `travaille`"),
    key("HABILIS_HEURE_RECAPITULATIF", Some("08:00"), "Heure du récapitulatif des jours ouvrés, à Paris"),
    key(
        "HUBEE_SUSPENSION_END_DATE",
        Some("send"),
        "Date de fin d’un abonnement suspendu : `send` (dite à HubEE) ou `omit`",
    ),
    key("HABILIS_HEURE_ECARTS", Some("02:30"), "Heure de la comparaison de chaque nuit avec HubEE et Sirene, à Paris"),
    key("HABILIS_ECARTS_PAUSE", Some("2"), "Secondes entre deux pages de la liste de HubEE (0 à 3600)"),
    key("SIRENE_PAR_NUIT", Some("2000"), "Établissements demandés à Sirene par nuit, au plus (1 à 100000)"),
    key("HABILIS_HEURE_ALERTE", Some("14:00"), "Heure de l’alerte sur une échéance du jour sans instructeur, à Paris"),
    key("HABILIS_DOCUMENTS_FOLDER", Some("data/documents"), "Dossier des délibérations, si aucun S3 n’est indiqué"),
    key(
        "HABILIS_DOCUMENTS_MONTHS",
        Some("12"),
        "Mois pendant lesquels les délibérations d’une demande close sont gardées (1 à 120)",
    ),
    key("HABILIS_S3_URL", None, "Adresse d’un stockage compatible S3 ; les cinq clés S3 vont ensemble"),
    key("HABILIS_S3_BUCKET", None, "Son compartiment (« bucket »), adressé par le chemin"),
    key("HABILIS_S3_REGION", None, "Sa région, telle que signée"),
    key("HABILIS_S3_KEY_ID", None, "Identifiant de la clé d’accès"),
    secret("HABILIS_S3_SECRET", None, "Secret de la clé d’accès"),
    key(
        "HABILIS_FETCH_TEST_SITES",
        None,
        "Démonstration et essais : adresse et port où répondent les sites en `.test` ; refusé en production",
    ),
];
