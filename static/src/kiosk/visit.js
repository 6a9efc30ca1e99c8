/** A place where nobody stands. */
export const visit = () => ({
    token: "",
    name: "",
    balances: [],
    tier: "",
    text: "",
    is_proven: false,
    offer: null,
    choice: null,
    /** Token of somebody whose PIN is asked for. */
    ask: "",
    refused: "",
    isBusy: false,
    /** The page from which somebody went to identify. */
    from: "",
});

/** Who stands here: the orders that are sent tell it to the server. */
export const here = { visit: visit() };
