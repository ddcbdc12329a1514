-- Texts that answers start from, kept by the responsables; the list of what is to do in DataPass.

create table reason_template (
    id blob not null primary key,
    gesture text not null,
    title text not null,
    body text not null,
    updated_at text not null,
    -- Name of who wrote it last, as shown.
    updated_by text not null,
    unique (gesture, title)
);

create index habilitation_to_report on habilitation (datapass_id)
    where state_facts ->> 'unreported' is not null;

insert into reason_template (id, gesture, title, body, updated_at, updated_by) values
    (x'0197f000000070008000000000000001', 'accepter', 'Bienvenue',
     'Bienvenue parmi les collectivités qui proposent le formulaire de transmission du quotient familial. Prévenez vos agents d’accueil et vos services enfance : les dossiers des familles vont arriver dans HubEE.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000002', 'accepter', 'Acceptée, délibération à joindre',
     'La demande {{numero}} est acceptée. Pour tenir votre dossier à jour, joignez à votre prochaine modification dans DataPass la délibération tarifaire la plus récente de {{collectivite}} :
{{lien_datapass}}',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000003', 'modifications', 'Délibération sans quotient familial',
     'La délibération jointe ne mentionne pas le quotient familial. Joignez celle par laquelle {{collectivite}} fixe des tarifs selon le quotient familial des familles, puis soumettez de nouveau la demande {{numero}} :
{{lien_datapass}}',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000004', 'modifications', 'DPD identique au demandeur',
     'Le délégué à la protection des données ne peut être ni le demandeur, ni le maire ou le président : il doit pouvoir contrôler le traitement en toute indépendance. Indiquez une autre personne, par exemple le délégué mutualisé de votre intercommunalité ou de votre centre de gestion.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000005', 'modifications', 'Adresse refusée par HubEE',
     'L’adresse électronique du demandeur ne peut pas servir de compte dans HubEE, le portail par lequel {{collectivite}} recevra les dossiers. Indiquez une autre adresse professionnelle, lue chaque jour, puis soumettez de nouveau la demande.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000006', 'refuser', 'Hors périmètre',
     'Le formulaire de transmission du quotient familial est réservé aux communes, aux intercommunalités et à leurs établissements (CCAS, CIAS, caisse des écoles) qui fixent des tarifs selon le quotient familial. {{collectivite}} n’en fait pas partie : nous ne pouvons pas donner suite à la demande {{numero}}.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000007', 'refuser', 'Demande en double',
     '{{collectivite}} dispose déjà d’une habilitation, ou d’une demande en cours, pour le même usage. La demande {{numero}} est refusée ; poursuivez avec l’autre. Pour changer une habilitation existante, rouvrez-la dans DataPass.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000008', 'refuser', 'Sans base légale',
     'Aucune délibération ne fonde le recueil du quotient familial par {{collectivite}}. Déposez une nouvelle demande quand votre assemblée aura délibéré sur des tarifs qui en dépendent.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f000000070008000000000000009', 'revoquer', 'À la demande de la collectivité',
     '{{collectivite}} nous a fait savoir qu’elle ne souhaite plus proposer le formulaire. L’habilitation {{numero}} prend donc fin aujourd’hui.',
     '2026-01-01T00:00:00+00:00', 'Habilis'),
    (x'0197f00000007000800000000000000a', 'revoquer', 'Usage non conforme',
     'Les données transmises par les familles ont été utilisées en dehors du cadre prévu par l’habilitation {{numero}}. Elle prend donc fin aujourd’hui. Pour toute question, écrivez-nous depuis DataPass :
{{lien_datapass}}',
     '2026-01-01T00:00:00+00:00', 'Habilis');
