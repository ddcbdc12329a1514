use std::time::Duration;

use axum::{Json, Router, routing::get};
use habilis::sandbox::{
    form::Form,
    mailbox::Mailbox,
    sirene::{Establishment, Fault, Sirene},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{browser, serve};

#[tokio::test]
async fn sirene_answers_what_it_knows_and_fails_on_demand() {
    let sirene = Sirene::new().backed_by(|siret| {
        (siret == "21290042700015").then(|| Establishment { siret: siret.into(), ..Establishment::example() })
    });
    sirene.add(Establishment::example());
    let root = serve(sirene.router()).await;
    let web = browser();
    let ask = |siret: &'static str| {
        let url = format!("{root}/api-sirene/3.11/siret/{siret}");
        web.get(url).header("X-INSEE-Api-Key-Integration", "clef").send()
    };
    let found = ask("21730132400018").await.unwrap();
    assert_eq!(found.status(), 200);
    let found: Value = found.json().await.unwrap();
    assert_eq!(found["header"], json!({ "statut": 200, "message": "ok" }));
    assert_eq!(found["etablissement"]["uniteLegale"]["denominationUniteLegale"], "COMMUNE DE HAUTELUCE");
    assert_eq!(ask("21290042700015").await.unwrap().status(), 200);

    let unknown = ask("13002526500013").await.unwrap();
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.json::<Value>().await.unwrap()["header"]["statut"], 404);
    assert_eq!(ask("abc").await.unwrap().status(), 400);
    let keyless = web.get(format!("{root}/api-sirene/3.11/siret/21730132400018")).send().await.unwrap();
    assert_eq!(keyless.status(), 401);

    for (fault, status) in [(Fault::Down503, 503), (Fault::TooMany429, 429), (Fault::Html, 200), (Fault::NotFound, 404)]
    {
        sirene.switch.set(Some(fault));
        let answer = ask("21730132400018").await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.is_err(), fault == Fault::Html);
    }
    sirene.switch.set(Some(Fault::Slow(Duration::from_millis(200))));
    let late = tokio::time::timeout(Duration::from_millis(100), ask("21730132400018")).await;
    assert!(late.is_err());
    sirene.switch.set(None);
    assert_eq!(ask("21730132400018").await.unwrap().status(), 200);
    assert_eq!(sirene.switch.calls().first().map(String::as_str), Some("21730132400018"));
}

/// A mailbox listening, its port, and a client that opens a connection for each mail.
async fn post_office(mailbox: &Mailbox) -> (u16, AsyncSmtpTransport<Tokio1Executor>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(mailbox.clone().serve_smtp(listener));
    let client = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port).build();
    (port, client)
}

fn letter() -> Message {
    let pdf = Attachment::new("guide d’ouverture.pdf".into())
        .body(b"%PDF-1.7 \x00\xff".to_vec(), ContentType::parse("application/pdf").unwrap());
    let page = Attachment::new("page.html".into()).body("<script>alert(1)</script>".to_owned(), ContentType::TEXT_HTML);
    let both = MultiPart::alternative()
        .singlepart(SinglePart::plain(
            "Bonjour,\r\n.\r\n..Votre suivi : https://habilis.example/suivi/abc.\r\n".to_owned(),
        ))
        .singlepart(SinglePart::html("<p>Bonjour <b>Élodie</b></p>".to_owned()));
    Message::builder()
        .from("Habilis <ne-pas-repondre@habilis.example>".parse().unwrap())
        .to("Élodie <elodie@mairie.example>".parse().unwrap())
        .bcc("archive@habilis.example".parse().unwrap())
        .message_id(Some("<7@habilis.example>".into()))
        .subject("Votre formulaire est ouvert à Crêts-en-Belledonne")
        .multipart(MultiPart::mixed().multipart(both).singlepart(pdf).singlepart(page))
        .unwrap()
}

#[tokio::test]
async fn a_mail_is_received_understood_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mails.jsonl");
    let mailbox = Mailbox::persisted(file.clone()).unwrap();
    let (_, client) = post_office(&mailbox).await;
    client.send(letter()).await.unwrap();
    let mail = mailbox.mails().remove(0);
    assert_eq!((mail.number, mail.from.as_str()), (1, "ne-pas-repondre@habilis.example"));
    assert_eq!(mail.to, ["elodie@mairie.example"]);
    assert_eq!(mail.envelope_to, ["elodie@mairie.example", "archive@habilis.example"]);
    assert_eq!(mail.subject, "Votre formulaire est ouvert à Crêts-en-Belledonne");
    assert_eq!(mail.message_id.as_deref(), Some("7@habilis.example"));
    assert!(mail.text.as_deref().unwrap().contains("\n.\r\n..Votre suivi"), "dots are unstuffed");
    assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>Bonjour <b>Élodie</b></p>"));
    let pieces: Vec<(&str, &str)> = mail.attachments.iter().map(|one| (one.name.as_str(), one.mime.as_str())).collect();
    assert_eq!(pieces, [("guide d’ouverture.pdf", "application/pdf"), ("page.html", "text/html")]);
    assert_eq!(mail.attachments[0].bytes, b"%PDF-1.7 \x00\xff");

    let kept = Mailbox::persisted(file.clone()).unwrap();
    assert_eq!((kept.mails().len(), &kept.mails()[0].raw), (1, &mail.raw));

    let (root, web) = (serve(Router::new().nest("/courrier", mailbox.router())).await, browser());
    let get = |path: &str| web.get(format!("{root}/courrier{path}")).send();
    assert_eq!(get("").await.unwrap().status(), 200);
    let page = get("/courriels/1").await.unwrap().text().await.unwrap();
    assert!(page.contains(r#"<a href="https://habilis.example/suivi/abc">https://habilis.example/suivi/abc</a>."#));
    let body = get("/courriels/1/html").await.unwrap();
    let policy = body.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("; sandbox;"), "{policy}");
    let pdf = get("/courriels/1/pieces/0").await.unwrap();
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    let disposition = pdf.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "attachment; filename*=UTF-8''guide%20d%E2%80%99ouverture.pdf");
    assert_eq!(get("/courriels/1/pieces/1").await.unwrap().headers()["content-type"], "application/octet-stream");
    assert_eq!(get("/courriels/1/pieces/2").await.unwrap().status(), 404);
    assert_eq!(web.post(format!("{root}/courrier/vider")).send().await.unwrap().status(), 303);
    assert!(mailbox.mails().is_empty() && Mailbox::persisted(file).unwrap().mails().is_empty());
    assert_eq!(get("/courriels/1").await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_mailbox_refuses_and_loses_answers_on_demand() {
    let mailbox = Mailbox::new();
    let (_, client) = post_office(&mailbox).await;
    mailbox.refuse_next(1);
    let refused = client.send(letter()).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    assert!(mailbox.mails().is_empty());
    mailbox.lose_answer_after_data(1);
    assert!(client.send(letter()).await.is_err());
    assert_eq!(mailbox.mails().len(), 1, "accepted all the same");
    client.send(letter()).await.unwrap();
    let numbers: Vec<u64> = mailbox.mails().iter().map(|mail| mail.number).collect();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn the_conversation_follows_the_protocol_and_its_limits() {
    let mailbox = Mailbox::new();
    let (port, _) = post_office(&mailbox).await;
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    let mut answers = Vec::new();
    let big = "x".repeat(1000) + "\r\n";
    let script = [
        String::new(),
        "MAIL FROM:<a@b.example>\r\n".into(),
        "HELO test\r\n".into(),
        "RCPT TO:<a@b.example>\r\n".into(),
        "MAIL FROM:a@b.example\r\n".into(),
        "MAIL FROM:<> SIZE=99999999\r\n".into(),
        "mail from:<>\r\n".into(),
        "RCPT TO:<nobody>\r\n".into(),
        "DATA\r\n".into(),
        "RCPT TO:<é@mairie.example>\r\n".into(),
        "RSET\r\n".into(),
        "DATA\r\n".into(),
        "NOOP\r\n".into(),
        "TURN\r\n".into(),
        "MAIL FROM:<a@b.example>\r\n".into(),
        "RCPT TO:<c@d.example>\r\n".into(),
        "DATA\r\n".into(),
        big.repeat(11_000) + ".\r\n",
        "QUIT\r\n".into(),
    ];
    for line in script {
        stream.get_mut().write_all(line.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_line(&mut answer).await.unwrap();
        answers.push(answer[..3].to_owned());
    }
    let expected = "220 503 250 503 501 552 250 501 503 250 250 503 250 502 250 250 354 552 221";
    assert_eq!(answers.join(" "), expected);
    assert!(mailbox.mails().is_empty());
}

#[tokio::test]
async fn the_national_form_believes_the_public_list() {
    let list = json!([{ "name": "COMMUNE DE HAUTELUCE", "siret": "21730132400018", "code_cog": "73132" }]);
    let habilis = serve(Router::new().route("/api/collectivites", get(move || async { Json(list) }))).await;
    let (root, web) = (serve(Form::new(&habilis).router()).await, browser());
    let get = |path: &str| web.get(format!("{root}{path}")).send();
    let open = get("/collectivites/21730132400018").await.unwrap();
    assert_eq!(open.status(), 200);
    assert!(open.text().await.unwrap().contains("Le formulaire de COMMUNE DE HAUTELUCE est ouvert"));
    let closed = get("/collectivites/21290042700015").await.unwrap();
    assert_eq!(closed.status(), 404);
    assert!(closed.text().await.unwrap().contains("n’est pas ouvert"));
    assert!(get("/").await.unwrap().text().await.unwrap().contains("/collectivites/21730132400018"));

    let alone = serve(Form::new("http://127.0.0.1:1").router()).await;
    let silent = web.get(format!("{alone}/collectivites/21730132400018")).send().await.unwrap();
    assert_eq!(silent.status(), 502);
    assert!(silent.text().await.unwrap().contains("Habilis ne répond pas"));
}
