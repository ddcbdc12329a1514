//! What is refused, with what was typed; how much a link may write; what happens at once.

use chrono::Duration;
use habilis::store::messages;
use reqwest::StatusCode;
use reqwest::header::{ORIGIN, RETRY_AFTER};

use super::{says, scene};

#[tokio::test]
async fn empty_and_too_long_texts_come_back() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let long = "é".repeat(5001);
    for (path, field) in [
        (format!("{tracking}/messages"), "message"),
        (format!("/instruction/D{number}/messages"), "message"),
        (format!("/instruction/D{number}/notes"), "note"),
    ] {
        let empty = ada.post(&path, &[(field, " \r\n ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(says(&empty).contains("écrivez un texte"), "{path}: {}", says(&empty));
        let refused = ada.post(&path, &[(field, &long)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.words(&format!("textarea#{field}")).contains(&long), "{path}: refilled");
        assert!(refused.words(&format!("a[href=\"#{field}\"]")).contains("5001"), "{path}");
        let longest = ada.post(&path, &[(field, &"é".repeat(5000))]).await;
        assert_eq!(longest.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[tokio::test]
async fn nothing_typed_becomes_markup_or_a_link() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let hostile = "<script>alert(1)</script> <a href='javascript:alert(2)'>ici</a> javascript:alert(3) \0\u{202e}fin";
    let page = format!("/instruction/D{number}");
    for (path, field) in [
        (format!("{tracking}/messages"), "message"),
        (format!("{page}/messages"), "message"),
        (format!("{page}/notes"), "note"),
    ] {
        assert_eq!(ada.post(&path, &[(field, hostile)]).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    house.run_jobs().await;
    for shown in [ada.get(&page).await, house.anyone().get(&tracking).await] {
        assert!(shown.text.contains("&lt;script&gt;alert(1)"), "{}", shown.text);
        assert!(!shown.text.contains("<script>alert"));
        assert!(shown.value("a[href^='javascript']").is_none() && shown.words("a[href^='javascript']").is_empty());
        assert!(shown.words("a").find("alert").is_none(), "no link is made of it");
        assert!(!shown.text.contains('\u{202e}'));
    }
    for mail in house.mails() {
        assert!(!mail.html.unwrap_or_default().contains("<script"), "{}", mail.subject);
    }
}

#[tokio::test]
async fn a_link_may_write_ten_times_an_hour_and_thirty_a_day() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let mut demandeur = house.anyone();
    let path = format!("{tracking}/messages");
    for hour in 0..3 {
        for rank in 0..10 {
            let text = format!("Message {hour}-{rank}");
            assert_eq!(demandeur.post(&path, &[("message", &text)]).await.status, StatusCode::SEE_OTHER, "{text}");
        }
        let refused = demandeur.post(&path, &[("message", "Un de trop")]).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.words("textarea#message"), "Un de trop");
        assert!(says(&refused).contains("10 messages par heure et 30 par jour"), "{}", says(&refused));
        house.clock.advance(Duration::hours(1));
    }
    let client = reqwest::Client::new().post(format!("{}{path}", house.url)).header(ORIGIN, &house.url);
    let refused = client.form(&[("message", "Encore")]).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "thirty a day");
    let wait: i64 = refused.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert_eq!(wait, 21 * 3600 + 1);
    let page = format!("/instruction/D{number}/messages");
    assert_eq!(ada.post(&page, &[("message", "Je réponds.")]).await.status, StatusCode::SEE_OTHER, "no limit for us");
    house.clock.advance(Duration::hours(21));
    assert_eq!(demandeur.post(&path, &[("message", "Le lendemain")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_messages_at_once_are_both_kept() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let (path, page) = (format!("{tracking}/messages"), format!("/instruction/D{number}/messages"));
    let mut writers: Vec<_> = (0..6).map(|_| house.anyone()).collect();
    let posts = writers.iter_mut().enumerate().map(|(rank, writer)| {
        let (path, text) = (path.clone(), format!("En même temps {rank}"));
        async move { writer.post(&path, &[("message", &text)]).await.status }
    });
    let answer = ada.post(&page, &[("message", "En même temps, Ada")]);
    let (statuses, answered) = tokio::join!(futures(posts), answer);
    assert!(statuses.iter().all(|status| *status == StatusCode::SEE_OTHER), "{statuses:?}");
    assert_eq!(answered.status, StatusCode::SEE_OTHER);
    let id = house.habilitation(number).await.id;
    let kept = messages::of(house.db.read().await.unwrap().cx(), id, 100).await.unwrap();
    assert_eq!(kept.len(), 7);
}

#[tokio::test]
async fn the_limit_holds_when_all_comes_at_once() {
    let (house, _, tracking) = scene().await;
    let path = format!("{tracking}/messages");
    let mut writers: Vec<_> = (0..16).map(|_| house.anyone()).collect();
    let posts = writers.iter_mut().enumerate().map(|(rank, writer)| {
        let (path, text) = (path.clone(), format!("Rafale {rank}"));
        async move { writer.post(&path, &[("message", &text)]).await.status }
    });
    let statuses = futures(posts).await;
    let taken = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!(taken, 10, "{statuses:?}");
}

/// All of them at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, output) in &mut running {
            if output.is_none()
                && let std::task::Poll::Ready(ready) = one.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        if running.iter().all(|(_, output)| output.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}
