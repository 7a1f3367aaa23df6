//! What is known of each kind of video room. A kind that may not be framed, or of which that is not
//! known, is never embedded: it would show an empty pane with the patient waiting.

use crate::contract::RoomSurface;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makers of video rooms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Any other, such as the site's own; it must allow being framed when `surface` is `embedded`.
    #[default]
    Own,
    Jitsi,
    Livekit,
    Daily,
    Whereby,
    Zoom,
    Teams,
    Doxy,
    QConsultation,
}

/// The facts of one kind.
pub struct RoomFacts {
    /// As shown.
    pub name: &'static str,
    /// Its pages may stand in a frame of another site.
    pub embeddable: bool,
    /// How an address asks for a call without video.
    pub audio_only: AudioOnly,
}

/// How a room is entered without video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioOnly {
    /// Appended to the fragment.
    Fragment(&'static str),
    /// Appended to the query.
    Query(&'static str, &'static str),
    /// Only inside the room.
    InTheRoom,
}

impl RoomKind {
    /// Sources: jitsi.github.io/handbook (user guide "advanced", iframe API); docs.whereby.com ("Using the
    /// whereby-embed element": the attribute `video` "off"; embedded guide: the room in an iframe);
    /// docs.daily.co (Daily Prebuilt in an iframe); LiveKit Meet and Q-Consultation are the site's own
    /// installations, whose headers IT sets. Zoom, Teams and Doxy.me: no source says that their pages may be
    /// framed, so they are not.
    pub fn facts(self) -> RoomFacts {
        let (name, embeddable, audio_only) = match self {
            Self::Own => ("this site", true, AudioOnly::InTheRoom),
            Self::Jitsi => ("Jitsi Meet", true, AudioOnly::Fragment("config.startAudioOnly=true")),
            Self::Livekit => ("LiveKit Meet", true, AudioOnly::InTheRoom),
            Self::Daily => ("Daily", true, AudioOnly::InTheRoom),
            Self::Whereby => ("Whereby", true, AudioOnly::Query("video", "off")),
            Self::Zoom => ("Zoom", false, AudioOnly::InTheRoom),
            Self::Teams => ("Microsoft Teams", false, AudioOnly::InTheRoom),
            Self::Doxy => ("Doxy.me", false, AudioOnly::InTheRoom),
            Self::QConsultation => ("Q-Consultation", true, AudioOnly::InTheRoom),
        };
        RoomFacts { name, embeddable, audio_only }
    }

    /// Whose rooms these are, where that says more than the address.
    pub fn shown(self) -> Option<&'static str> {
        (self != Self::Own).then(|| self.facts().name)
    }

    /// The way in which such a room is shown: as IT wants it, as far as this computer can; the system
    /// browser can always.
    pub fn surface(self, wanted: Option<RoomSurface>, can: &[RoomSurface]) -> RoomSurface {
        let best = match self.facts().embeddable {
            true => vec![RoomSurface::Embedded, RoomSurface::Docked],
            false => vec![RoomSurface::Docked],
        };
        let wanted = wanted.map_or(best, |one| vec![one]);
        wanted.into_iter().find(|one| can.contains(one)).unwrap_or(RoomSurface::Browser)
    }

    /// The address that asks for a call without video; the room's own where there is none.
    pub fn without_video(self, mut address: url::Url) -> url::Url {
        match self.facts().audio_only {
            AudioOnly::InTheRoom => {}
            AudioOnly::Query(name, value) => {
                address.query_pairs_mut().append_pair(name, value);
            }
            AudioOnly::Fragment(part) => {
                let fragment = address.fragment().map_or_else(|| part.to_owned(), |f| format!("{f}&{part}"));
                address.set_fragment(Some(&fragment));
            }
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_shown_as_it_wants_as_far_as_this_computer_can() {
        use RoomSurface::{Browser, Docked, Embedded};
        let all = [Embedded, Docked, Browser];
        assert_eq!(RoomKind::Jitsi.surface(None, &all), Embedded);
        assert_eq!(RoomKind::Jitsi.surface(Some(Docked), &all), Docked);
        assert_eq!(RoomKind::Jitsi.surface(None, &[Browser]), Browser, "no WebRTC in this webview");
        assert_eq!(RoomKind::Jitsi.surface(Some(Embedded), &[Docked, Browser]), Browser);
        assert_eq!(RoomKind::Zoom.surface(None, &all), Docked, "Zoom is never framed");
    }

    #[test]
    fn a_call_without_video_is_asked_for_in_each_rooms_own_way() {
        let asked = |kind: RoomKind, url: &str| kind.without_video(url.parse().unwrap()).to_string();
        assert_eq!(
            asked(RoomKind::Jitsi, "https://m.test/a#config.x=1"),
            "https://m.test/a#config.x=1&config.startAudioOnly=true"
        );
        assert_eq!(asked(RoomKind::Whereby, "https://w.test/a?k=1"), "https://w.test/a?k=1&video=off");
        assert_eq!(asked(RoomKind::Zoom, "https://z.test/a"), "https://z.test/a");
    }
}
