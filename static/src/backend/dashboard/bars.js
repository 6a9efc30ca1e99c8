import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { cookie } from "@web/core/browser/cookie";
import { formatFloat } from "@web/core/utils/numbers";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";

/** Earned, used and expired, one group of bars for each day, week or month; a bar opens what it is made of. */
export class ClubBars extends Component {
    static template = "loyalty_club.DashboardBars";
    static props = { bars: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.bars]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get series() {
        return [
            ["earned", _t("Earned"), "earned"],
            ["used", _t("Used"), "spent"],
            ["expired", _t("Expired"), "expired"],
        ];
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, this.config());
    }

    config() {
        const { bars } = this.props;
        const isWhole = this.series.every(([name]) => bars[name].every(Number.isInteger));
        const scheme = cookie.get("color_scheme");
        const ink = getCustomColor(scheme, "#495057", "#adb5bd");
        const lines = getCustomColor(scheme, "rgba(0,0,0,.1)", "rgba(255,255,255,.15)");
        const axis = { ticks: { color: ink }, grid: { color: lines } };
        return {
            type: "bar",
            data: {
                labels: bars.labels,
                datasets: this.series.map(([name, label], index) => ({
                    label,
                    data: bars[name],
                    backgroundColor: getColor(index, scheme, 3),
                })),
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                onClick: (_ev, [found]) => found && this.openBar(found),
                onHover: (ev, [found]) => {
                    ev.native.target.style.cursor = found ? "pointer" : "default";
                },
                plugins: {
                    legend: { labels: { color: ink } },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, raw }) =>
                                `${dataset.label}: ${formatFloat(raw, { trailingZeros: false })}`,
                        },
                    },
                },
                scales: {
                    x: { ...axis, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 8 } },
                    y: {
                        ...axis,
                        ticks: { ...axis.ticks, precision: isWhole ? 0 : undefined },
                        beginAtZero: true,
                    },
                },
            },
        };
    }

    openBar({ datasetIndex, index }) {
        this.props.open(`bar:${this.props.bars.days[index]}:${this.series[datasetIndex][2]}`);
    }
}
