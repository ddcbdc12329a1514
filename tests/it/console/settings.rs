use habilis::{
    clients::{Answer, hubee, sirene},
    clock::Clock,
    domain::sources::Registered,
    paths,
    sandbox::{Sandbox, datapass::Filing},
};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{HABILIS, Served};

const SIRET: &str = "21730132400018";

#[tokio::test]
async fn the_settings_are_those_of_this_sandbox() {
    let served = Served::new().await;
    let id = served.sandbox.datapass.create(Filing::example());
    let config = served.config();
    for link in [paths::datapass_instruction(&config, id), paths::datapass_request(&config, id)] {
        assert_eq!(served.web.get(&link).send().await.unwrap().status(), 200, "{link}");
    }
    // Habilis does not answer: the form says so, from the right place.
    assert_eq!(served.web.get(config.form_of(SIRET)).send().await.unwrap().status(), 502);

    let hubee = hubee::Client::new(&config.hubee, Clock::System).unwrap();
    assert_eq!(hubee.organisation(&hubee::Organisation::key(SIRET, "73132")).await.unwrap().value, None);
    assert!(hubee.subscriptions(SIRET).await.unwrap().value.is_empty());

    let patience = config.sources.patience;
    let sirene = sirene::Client::new(&config.sirene.unwrap(), patience, Clock::System).unwrap();
    let Answer::Found(Registered::Known(found)) = sirene.establishment(&SIRET.parse().unwrap()).await else {
        panic!("DataPass knows this establishment: so does Sirene");
    };
    assert_eq!(found.organisation.name, "COMMUNE DE HAUTELUCE");
    assert_eq!(sirene.establishment(&"21290042700015".parse().unwrap()).await, Answer::Unknown);
}

#[tokio::test]
async fn a_demonstration_restarts_with_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("not/there/yet");
    let sandbox = || Sandbox::persisted(Clock::System, HABILIS, &folder).unwrap();

    let served = Served::of(sandbox()).await;
    let id = served.sandbox.datapass.create(Filing::example());
    let fields = [("route", "jeton"), ("panne", "403"), ("combien", ""), ("siret", "")];
    assert_eq!(served.post("/pannes/hubee", &fields).await, 303);
    send_mail(&served).await;
    assert_eq!(served.sandbox.mailbox.mails().len(), 1);
    served.end().await;

    let again = sandbox();
    assert_eq!(again.datapass.request(id).unwrap().organisation.siret, SIRET);
    assert_eq!(again.hubee.faults().len(), 1);
    assert_eq!(again.mailbox.mails()[0].subject, "Essai");
    let served = Served::of(again).await;
    assert!(served.get("/courriels").await.1.contains("Essai"));
}

async fn send_mail(served: &Served) {
    let config = served.config();
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.smtp_url.expose()).unwrap().build();
    let message = Message::builder()
        .from("Habilis <ne-pas-repondre@habilis.example>".parse().unwrap())
        .to("camille.bouchet@hauteluce.example".parse().unwrap())
        .subject("Essai")
        .body("Bonjour".to_owned())
        .unwrap();
    transport.send(message).await.unwrap();
}

#[tokio::test]
async fn webhooks_go_to_habilis() {
    let received = std::sync::Arc::new(tokio::sync::Notify::new());
    let told = std::sync::Arc::clone(&received);
    let answer = move |bytes: axum::body::Bytes| async move {
        assert!(bytes.starts_with(b"{"));
        told.notify_one();
        "{}"
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let habilis = format!("http://{}/", listener.local_addr().unwrap());
    let router = axum::Router::new().route(paths::WEBHOOK, axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let served = Served::of(Sandbox::new(Clock::System, &habilis)).await;
    served.sandbox.datapass.create(Filing::example());
    assert_eq!(served.sandbox.datapass.deliver_pending().await, 1);
    received.notified().await;
    served.end().await;
}
