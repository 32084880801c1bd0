/** How the writer of an invented text feels about the shop. */
export type Mood = "positive" | "neutral" | "negative";
/** ISO 639-1 code of the language a text is written in. */
export type Language = "en" | "es" | "de" | "fr" | "pt";

/** Title and body; `{c}` is a category, `{t}` a town, `{r}` a region of the chain. */
type Text = readonly [title: string, body: string];

/** Invented for the simulator. English comes most often, as on Reddit; emoji, links, mentions and entities stand in some of them. */
export const texts: Record<Language, Record<Mood, readonly Text[]>> = {
  en: {
    positive: [
      ["Love the new {c} section at DulexMall {t}", "Great prices and really friendly staff. Best shopping trip this year! 😍"],
      ["DulexMall {t} is amazing", "I found everything I wanted, the {c} deals are wonderful and checkout was fast."],
      ["Shoutout to DulexMall {t} 🎉", "They replaced my broken order for free. Excellent service, thank you so much!"],
      [
        "Happy with my {c} haul",
        "Super good quality for the money. See https://example.com/haul?x=1&y=2 for pictures, I am thrilled.",
      ],
    ],
    neutral: [
      ["Opening hours of DulexMall {t}?", "Does anybody know when the store opens on Sunday?"],
      ["{c} at DulexMall", "Has the {c} aisle moved to the second floor in {t}?"],
      ["Parking in {t}", "Which entrance is closest to the {c} department? Asking for u/shopper_42."],
      ["Weekly leaflet for the {r}", "The leaflet is out: https://example.com/leaflet. It lists {c} and groceries."],
    ],
    negative: [
      [
        "Terrible experience at DulexMall {t}",
        "The queue was awful, the {c} shelf was empty and the staff was rude. Never again. 😡",
      ],
      ["DulexMall {c} is a disappointment", "Broken after two days and they refuse a refund. Worst purchase ever."],
      ["So angry at DulexMall {t}", "They charged me twice &amp; nobody answers. This is a horrible mess."],
      ["Avoid the {c} sale in the {r}", "Bad quality, ugly packaging, and the prices are a scam. I hate it."],
    ],
  },
  es: {
    positive: [["Me encanta DulexMall {t}", "Los precios son excelentes y el personal es muy amable. ¡Qué buena compra! 😍"]],
    neutral: [["¿A qué hora abre DulexMall {t}?", "Quiero saber si la tienda abre el domingo por la mañana."]],
    negative: [["Pésima experiencia en DulexMall {t}", "La cola era larguísima y el producto llegó roto. No vuelvo nunca más."]],
  },
  de: {
    positive: [["DulexMall {t} ist großartig", "Sehr freundliches Personal und günstige Preise. Ich bin wirklich begeistert!"]],
    neutral: [["Wann öffnet DulexMall in {t}?", "Weiß jemand, ob der Laden am Sonntag geöffnet hat?"]],
    negative: [["Schlechte Erfahrung bei DulexMall {t}", "Die Schlange war endlos und die Ware war kaputt. Nie wieder!"]],
  },
  fr: {
    positive: [["J'adore DulexMall {t}", "Le personnel est très gentil et les prix sont excellents. Merci beaucoup !"]],
    neutral: [["À quelle heure ouvre DulexMall {t} ?", "Je voudrais savoir si le magasin est ouvert le dimanche matin."]],
    negative: [
      ["Très mauvaise expérience à DulexMall {t}", "La file était interminable et le produit est arrivé cassé. Plus jamais ça."],
    ],
  },
  pt: {
    positive: [["Adoro a DulexMall {t}", "O atendimento é ótimo e os preços são muito bons. Recomendo demais!"]],
    neutral: [["Que horas abre a DulexMall {t}?", "Alguém sabe se a loja abre no domingo de manhã?"]],
    negative: [["Péssima experiência na DulexMall {t}", "A fila era enorme e o produto chegou quebrado. Nunca mais volto lá."]],
  },
};

/** How often each language comes, in a hundred. */
export const shares: readonly (readonly [Language, number])[] = [
  ["en", 80],
  ["es", 8],
  ["de", 4],
  ["fr", 4],
  ["pt", 4],
];
