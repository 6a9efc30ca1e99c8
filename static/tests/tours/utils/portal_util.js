/** A page is made for a phone only if nothing of it is wider than the screen. */
export function fitsTheScreen() {
    return {
        content: "Nothing reaches beyond the screen",
        trigger: "#wrap",
        run() {
            const page = document.getElementById("wrapwrap");
            if (page.scrollWidth > window.screen.width) {
                throw new Error(
                    `The page is ${page.scrollWidth} px wide on ${window.screen.width} px`
                );
            }
        },
    };
}
