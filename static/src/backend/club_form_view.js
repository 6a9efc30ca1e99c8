import { FormRenderer } from "@web/views/form/form_renderer";
import { Notebook } from "@web/core/notebook/notebook";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { formView } from "@web/views/form/form_view";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";

const REFUSED = "CLUB:SAVE-REFUSED";

/** A record that tells its form which fields a save was refused for. */
class ClubRecord extends RelationalModel.Record {
    async _save(params = {}) {
        if (this !== this.model.root) {
            return super._save(params);
        }
        const changed = Object.keys(this._getChanges());
        const { onError } = params;
        const refuse = (error) => this.announceRefusal({ changed, ...this.refusedBy(error) });
        const wrapped = onError && {
            onError: (error, options) => {
                refuse(error);
                return onError(error, options);
            },
        };
        try {
            const saved = await super._save({ ...params, ...wrapped });
            if (!saved && this._invalidFields.size) {
                this.announceRefusal({ names: [...this._invalidFields] });
            }
            return saved;
        } catch (error) {
            if (!onError) {
                refuse(error);
            }
            throw error;
        }
    }

    /** The fields that the server named, of this record or of a list in it. */
    refusedBy(error) {
        const { club_model: model, club_fields: names } = error.data?.context || {};
        if (!model) {
            return {};
        }
        if (model === this.resModel) {
            return { names };
        }
        return {
            names: this.fieldNames.filter((name) => this.fields[name].relation === model),
        };
    }

    /** Of the fields that a refusal is about, those that were changed come first. */
    announceRefusal({ names = [], changed = [] }) {
        const both = names.filter((name) => changed.includes(name));
        const told = [both, names, changed].find((list) => list.length) || [];
        this.model.bus.trigger(REFUSED, told);
    }
}

class ClubModel extends RelationalModel {
    static Record = ClubRecord;
}

/** Tabs of which the one with the error opens: nobody looks for what was refused. */
class ClubNotebook extends Notebook {
    setup() {
        super.setup();
        useBus(this.env.model.bus, REFUSED, ({ detail: names }) => this.openPageOf(names));
    }

    openPageOf(names) {
        const concerned = this.navItems.filter(([, page]) =>
            page.fieldNames?.some((name) => names.includes(name))
        );
        if (concerned.length && !concerned.some(([id]) => id === this.state.currentPage)) {
            this.activatePage(concerned[0][0]);
        }
    }
}

class ClubFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, Notebook: ClubNotebook };
}

export const clubFormView = { ...formView, Model: ClubModel, Renderer: ClubFormRenderer };

registry.category("views").add("club_form", clubFormView);
