"""Short texts in other languages, to see whether their encodings are told from Chinese ones."""

JAPANESE = (
    "市は先月、駅前の古い図書館を建て替える計画を発表した。新しい建物は三階建てで、一階には子ども"
    "向けの読書室と小さな喫茶店が入る予定だ。工事は来年の春に始まり、再来年の秋に終わる見通しと"
    "いう。住民からは「静かに本を読める場所が増えるのはうれしい」という声がある一方、工事中の騒音を"
    "心配する人もいる。市の担当者は「夜間の作業は行わず、できるだけ短い期間で終わらせたい」と"
    "話している。費用はおよそ十二億円で、その半分を国の補助金でまかなう。",
    "県内の農家でつくる組合は、今年の米の収穫量が昨年より一割ほど少なくなりそうだと明らかにした。"
    "七月の長雨で日照時間が足りず、稲の育ちが遅れたことが主な原因とみられる。組合長は「品質には"
    "問題がないので、安心して食べてほしい」と呼びかけた。組合では、来月から直売所で新米の試食会を"
    "開き、家族連れにも楽しんでもらえるよう、もちつき大会や野菜の詰め放題なども用意するという。",
    "山あいの小さな駅で、三十年ぶりに駅員の制服が新しくなった。デザインを考えたのは地元の高校生で、"
    "青い生地に白い線を入れ、川の流れを表したという。駅長は「若い人の考えたものを着るのは少し"
    "恥ずかしいけれど、お客さんに喜んでもらえた」と笑顔を見せた。乗客の数は年々減っているが、"
    "週末には写真を撮りに来る人も増えている。高校生たちは次に、駅の待合室の椅子を作り直すつもりだ。",
)
KOREAN = (
    "시는 지난달 역 앞에 있는 오래된 도서관을 새로 짓는 계획을 발표했다. 새 건물은 삼 층으로,"
    " 일 층에는 어린이를 위한 열람실과 작은 찻집이 들어설 예정이다. 공사는 내년 봄에 시작해"
    " 후년 가을에 끝날 것으로 보인다. 주민들은 조용히 책을 읽을 수 있는 곳이 늘어나 기쁘다고"
    " 말하면서도 공사 소음을 걱정했다. 담당자는 밤에는 작업을 하지 않고 되도록 짧은 기간에"
    " 마치겠다고 밝혔다. 비용은 약 백이십억 원으로, 그 절반은 나라의 보조금으로 마련한다.",
    "도내 농민들로 이루어진 조합은 올해 쌀 수확량이 지난해보다 일 할가량 줄어들 것 같다고"
    " 전했다. 칠월에 비가 오래 내려 햇빛이 모자랐고, 벼가 늦게 자란 것이 주된 까닭으로"
    " 보인다. 조합장은 품질에는 문제가 없으니 안심하고 드시라고 당부했다. 조합은 다음 달부터"
    " 직매장에서 햅쌀 시식회를 열고, 가족들이 함께 즐길 수 있도록 떡메치기와 채소 담기 행사도"
    " 마련할 계획이다.",
    "산골의 작은 역에서 서른 해 만에 역무원의 제복이 바뀌었다. 옷을 생각해 낸 사람은 그"
    " 고장의 고등학생들로, 푸른 천에 흰 줄을 넣어 강물이 흐르는 모습을 나타냈다고 한다."
    " 역장은 젊은 사람들이 만든 옷을 입으니 조금 쑥스럽지만 손님들이 좋아해 주신다며 웃었다."
    " 타는 사람은 해마다 줄고 있지만 주말에는 사진을 찍으러 오는 이들이 늘었다. 학생들은"
    " 다음으로 대합실의 의자를 고칠 생각이다.",
)
WESTERN = (
    "La municipalité a présenté le mois dernier un projet de rénovation de l'ancienne bibliothèque"
    " située près de la gare. Le nouveau bâtiment comptera trois étages ; le rez-de-chaussée"
    " abritera une salle de lecture réservée aux élèves et un petit café. Les travaux débuteront"
    " au printemps et s'achèveront à l'été suivant. « Nous éviterons le bruit la nuit », a déclaré"
    " le maire, très attaché à ce lieu fréquenté par de nombreuses familles.",
    "Die Bauern im Süden des Landes rechnen in diesem Jahr mit einer kleineren Ernte. Wegen der"
    " kühlen und regnerischen Wochen im Juli sei das Getreide später gereift als üblich, erklärte"
    " der Verband am Donnerstag. Über höhere Preise müsse sich jedoch niemand Sorgen machen, denn"
    " die Vorräte reichten für mehrere Monate. Für die nächsten Tage wünschen sich die Landwirte"
    " vor allem trockenes Wetter, damit sie die übrigen Flächen mähen können.",
    "El pequeño pueblo de montaña celebró el sábado la reapertura de su estación, cerrada desde"
    " hace más de veinte años. La niña más joven del colegio cortó la cinta y después actuó la"
    " banda de música. Según explicó el señor alcalde, los trenes llegarán tres veces al día y el"
    " billete costará menos de cinco euros. «Así volverán también los jóvenes», dijo una vecina"
    " que recordaba con emoción los viajes de su niñez.",
)
