// What the page says, in the languages that it knows. `{n}` stands for a number or a name.

const english = {
  incidents: "Incidents", figures: "Figures", waiting: "Waiting", longest: "Longest wait",
  atRisk: "At risk", missed: "Missed, still owed", pages: "Pages open", byQueue: "Waiting by queue",
  byLanguage: "Waiting by language", agents: "Agents", unacknowledged: "Not acknowledged yet",
  channels: "Channels", allPools: "All pools", noPools: "No pool yet",
  ready: "Ready", busy: "Busy", away: "Away", offline: "Offline",
  healthy: "Healthy", suspect: "Suspect", failed_over: "Down",
  voice: "Phone", chat: "Chat", email: "Email", sms: "SMS", social: "Social", review: "Reviews",
  survey: "Surveys", web_form: "Web form",
  minor: "Minor", major: "Major", critical: "Critical",
  investigating: "Investigating", identified: "Identified", monitoring: "Monitoring",
  resolved: "Resolved",
  first_reply: "First reply", resolution: "Resolution",
  withAgents: "{n} with agents", offered: "{n} offered", parked: "{n} parked", dueWithin: "due within {n} min",
  nextDue: "next in {n}", overdue: "overdue {n}", oldestPage: "oldest {n}", nobodyWaits: "Nobody waits",
  noPages: "Nothing is open", more: "and {n} more", since: "for {n}", lasted: "lasted {n}",
  nextUpdate: "next update in {n}", updateLate: "update overdue by {n}", down: "is down", wasDown: "was down",
  moved: "{n} moved", parkings: "{n} parked", returned: "{n} returned", exhausted: "nobody answered",
  stale: "No news for {n}. These numbers are old; trying to connect again.",
  refused: "The key is not accepted any more. Load the page again to enter another one.",
  connecting: "Connecting …",
  saysHealth: "{n}: {m}", saysIncident: "New incident: {n}", saysResolved: "Resolved: {n}",
  saysStale: "The board is not up to date.", saysLive: "The board is up to date again.",
};

const hebrew = {
  incidents: "תקלות", figures: "נתונים", waiting: "ממתינים", longest: "ההמתנה הארוכה",
  atRisk: "בסיכון", missed: "הוחמצו וטרם טופלו", pages: "קריאות פתוחות", byQueue: "ממתינים לפי תור",
  byLanguage: "ממתינים לפי שפה", agents: "נציגים", unacknowledged: "טרם אושרו",
  channels: "ערוצים", allPools: "כל המוקדים", noPools: "אין עדיין מוקד",
  ready: "פנויים", busy: "עסוקים", away: "בהפסקה", offline: "מנותקים",
  healthy: "תקין", suspect: "בחשד", failed_over: "מושבת",
  voice: "טלפון", chat: "צ׳אט", email: "דוא״ל", sms: "SMS", social: "רשתות", review: "ביקורות",
  survey: "סקרים", web_form: "טופס",
  minor: "קלה", major: "חמורה", critical: "קריטית",
  investigating: "בבדיקה", identified: "אותרה", monitoring: "במעקב", resolved: "נפתרה",
  first_reply: "מענה ראשון", resolution: "פתרון",
  withAgents: "{n} אצל נציגים", offered: "{n} בהצעה", parked: "{n} מושהים", dueWithin: "בתוך {n} דק׳",
  nextDue: "הבא בעוד {n}", overdue: "באיחור {n}", oldestPage: "הוותיקה {n}", nobodyWaits: "אין ממתינים",
  noPages: "אין קריאות פתוחות", more: "ועוד {n}", since: "זה {n}", lasted: "נמשכה {n}",
  nextUpdate: "עדכון הבא בעוד {n}", updateLate: "העדכון מאחר {n}", down: "מושבת", wasDown: "היה מושבת",
  moved: "{n} הועברו", parkings: "{n} הושהו", returned: "{n} הוחזרו", exhausted: "איש לא ענה",
  stale: "אין חדש זה {n}. הנתונים ישנים; מנסים להתחבר שוב.",
  refused: "המפתח אינו מתקבל עוד. יש לטעון את הדף מחדש ולהזין אחר.",
  connecting: "מתחברים …",
  saysHealth: "{n}: {m}", saysIncident: "תקלה חדשה: {n}", saysResolved: "נפתרה: {n}",
  saysStale: "הלוח אינו מעודכן.", saysLive: "הלוח שוב מעודכן.",
};

export const language = document.documentElement.lang;
const words = language === "he" ? hebrew : english;
const names = new Intl.DisplayNames([language], { type: "language", languageDisplay: "standard" });
const numbers = new Intl.NumberFormat(language);

/** The word in the page's language; an unknown one stands for itself. */
export function say(key, n = "", m = "") {
  return (words[key] ?? String(key).replaceAll("_", " ")).replace("{n}", n).replace("{m}", m);
}

/** A language by its tag, as people call it. */
export function languageName(tag) {
  try {
    return tag === "und" ? "?" : names.of(tag);
  } catch {
    return tag; // no valid tag: shown as it came
  }
}

export const number = (value) => numbers.format(value);

/** A length of time: `0:07`, `12:41`, `3:05:00`, `2 d 4 h`. */
export function length(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${minutes}:${two(seconds % 60)}`;
}
