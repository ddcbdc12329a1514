//! What a newcomer reads when the demonstration is up: where to go, with which login, what to try.

use super::{ACCOUNTS, PASSWORD};
use crate::config::Config;
use crate::paths;

/// Prints it.
pub fn print(config: &Config) {
    let sandbox = format!("http://{}", config.demo.listen);
    println!(
        "
Habilis : la démonstration est prête.

  Espace instructeur      {queue}
  Pages publiques         {home}
  Bac à sable             {sandbox}
    DataPass simulé       {sandbox}/datapass
    Courriels reçus       {sandbox}/courriels
    Formulaire national   {sandbox}/formulaire

  Comptes (mot de passe : {PASSWORD})",
        queue = config.absolute(paths::QUEUE),
        home = config.absolute(paths::HOME),
    );
    for (email, name, role) in ACCOUNTS {
        println!("    {email:<24} {name} ({})", role.label());
    }
    println!(
        "
  Le parcours, en cinq minutes
    1. Connectez-vous à l’espace instructeur avec {first}.
    2. Ouvrez la première demande de la file, lisez les contrôles, puis acceptez-la.
    3. Sur sa page, suivez la mise en service dans HubEE, étape par étape.
    4. Lisez le courriel du demandeur dans « Courriels reçus » : adresse du formulaire, QR code, suite à donner.
    5. Ouvrez la page publique de la collectivité et son formulaire.
    Pour aller plus loin : déposez une demande dans le DataPass simulé, ou coupez HubEE depuis le bac à sable.

  Ctrl-C arrête tout ; les données restent dans {folder} (« make demo-reset » les efface).
",
        first = ACCOUNTS[0].0,
        folder = config.demo.folder.display(),
    );
}
