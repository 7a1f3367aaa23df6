//! Texts that are hard on some form of a note: scripts, directions, markup, controls, blanks, long words.

/// Name and text.
pub const PIECES: &[(&str, &str)] = &[
    (
        "plain",
        "She has been taking metformin 1,000 mg twice a day; home readings 128\u{2013}142 / 76\u{2013}88 mmHg over the last 3 weeks. No chest pain. BP < 140 & stable.",
    ),
    (
        "clinical",
        "A1c 8.1 % \u{2192} 7.4 % \u{2193}; LDL \u{2265} 100; 37.2 \u{b0}C; 5 \u{b5}g; \u{b1} 0.5; \u{bd} tablet; H\u{2082}O; 10\u{207b}\u{b3}; \u{2713} \u{2610} \u{26a0}",
    ),
    (
        "german",
        "Der Patient klagt \u{fc}ber Schwindel, \u{dc}belkeit und gro\u{df}e M\u{fc}digkeit \u{2013} seit drei Tagen.",
    ),
    (
        "vietnamese",
        "B\u{1ec7}nh nh\u{e2}n \u{111}au \u{111}\u{1ea7}u ba ng\u{e0}y nay, kh\u{f4}ng s\u{1ed1}t.",
    ),
    (
        "greek",
        "\u{397} \u{3b1}\u{3c3}\u{3b8}\u{3b5}\u{3bd}\u{3ae}\u{3c2} \u{3b1}\u{3b9}\u{3c3}\u{3b8}\u{3ac}\u{3bd}\u{3b5}\u{3c4}\u{3b1}\u{3b9} \u{3ba}\u{3b1}\u{3bb}\u{3cd}\u{3c4}\u{3b5}\u{3c1}\u{3b1}.",
    ),
    (
        "russian",
        "\u{41f}\u{430}\u{446}\u{438}\u{435}\u{43d}\u{442}\u{43a}\u{430} \u{447}\u{443}\u{432}\u{441}\u{442}\u{432}\u{443}\u{435}\u{442} \u{441}\u{435}\u{431}\u{44f} \u{43b}\u{443}\u{447}\u{448}\u{435}.",
    ),
    ("arabic", "المريضة تشكو من صداع منذ ثلاثة أيام، وتتناول metformin 500 mg مرتين يومياً. ضغط الدم 142/88."),
    ("hebrew", "המטופלת מרגישה טוב יותר (BP 120/80), ללא כאבים."),
    ("persian", "بیمار از دیروز تب ۳۸٫۵ درجه دارد؛ می\u{200c}خواهد استراحت کند."),
    ("chinese", "病人自述头痛三天，伴恶心，无发热。血压一百四十二／八十八。继续服用二甲双胍，三个月后复诊。"),
    ("japanese", "患者は先週から頭痛を訴えている。メトホルミン500mgを一日二回服用中。"),
    ("korean", "환자는 어제부터 기침을 합니다. 열은 없습니다."),
    ("hindi", "रोगी को तीन दिन से सिरदर्द है। बुखार नहीं है।"),
    ("thai", "ผู้ป่วยมีอาการปวดศีรษะมาสามวัน ไม่มีไข้"),
    ("tamil", "நோயாளிக்கு மூன்று நாட்களாக தலைவலி."),
    (
        "rare",
        "\u{f68}\u{f7c}\u{f7e} \u{12000}\u{12001} \u{103a0}\u{103a1} \u{1680}\u{168c} \u{1e900}\u{1e901}",
    ),
    (
        "emoji",
        "Mood \u{1f642}\u{2192}\u{1f61f} \u{1fa7a} \u{1f469}\u{200d}\u{2695}\u{fe0f} \u{1f1fa}\u{1f1f8} 1\u{fe0f}\u{20e3} \u{2764}\u{fe0f} \u{1f44d}\u{1f3fd}",
    ),
    (
        "markup",
        "<script>alert(1)</script> & \"quoted\" 'single' ]]> </div> <!-- --> <img src=x onerror=alert(1)> &lt; &amp; <?xml?> javascript:alert(1)",
    ),
    ("template", "{{last a1c}} ${HOME} `whoami` %s %n \\u0041 \\n \\ / // C:\\temp"),
    ("pdf", "(text) Tj ET endstream endobj /JavaScript (app.alert(1)) << /S /URI >> %%EOF"),
    (
        "titles",
        "PLAN\n----\nStop all medicines.\n\nSigned by Nobody on 2020-01-01 00:00 UTC\n====\nAttestation\n-",
    ),
    (
        "json",
        "\"}],\"resourceType\":\"Bundle\",{\"reference\":\"urn:uuid:00000000-0000-4000-8000-000000000001\"}",
    ),
    ("controls", "5\u{0}mg \u{8}\u{1b}[31mred \u{7f}\u{80}\u{9f} \u{fffe}\u{ffff}\u{fffd} end"),
    ("breaks", "one\rtwo\r\nthree\u{b}four\u{c}five\u{85}six\u{2028}seven\u{2029}eight"),
    (
        "blanks",
        "  two  blanks   three\n\n\n\ttab\tafter\t\ttab \u{a0}no-break\u{a0} \u{2003}em\u{3000}wide \t \n \t",
    ),
    (
        "directions",
        "abc \u{202e}right to left\u{202c} \u{2067}isolated\u{2069} \u{200f}mark\u{200e} \u{202b}open",
    ),
    ("invisible", "in\u{ad}visible zero\u{200b}width\u{200d}join\u{2060}er \u{feff}mark \u{fe0f}"),
    ("marks", "Zoe\u{308} e\u{301}\u{302}\u{303}\u{304} a\u{20dd} \u{301}alone q\u{307}\u{323}"),
    (
        "strange",
        "\u{e000}\u{f8ff} \u{fdd0} \u{1fffe} \u{e0041} \u{378} \u{10ffff} \u{fb01} \u{fdfa} \u{1d400}",
    ),
    (
        "long",
        "AVeryLongWordWithoutAnyBlankAVeryLongWordWithoutAnyBlankAVeryLongWordWithoutAnyBlankAVeryLongWordWithoutAnyBlank https://example.org/a/very/long/path?with=query&and=more#and-a-fragment-that-goes-on-and-on-and-on-for-more-than-a-line",
    ),
    (
        "dashes",
        "----------------------------------------------------------------------------------------------------",
    ),
];

/// Between two pieces.
pub const SEPARATORS: &[&str] = &[" ", "\n", "\n\n", "\r\n", "  \n", "\t", ". ", "\n\n\n\n"];
