/* The entry: what every page needs, and the custom elements. */
import "./htmx-rules.js";
import "./k-composer.js";
import "./k-copilot.js";
import "./k-copy.js";
import "./k-events.js";
import "./k-hotkeys.js";
import "./k-rows.js";
import "./k-theme.js";
import "./k-thread.js";
import "./k-time.js";
import "./k-toast.js";
import "./page.js";
