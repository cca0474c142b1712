package dev.thaw.examples.benchmarks.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.util.List;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.title.TextTitle;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.svg.SVGGraphics2D;

/** Medians as bars, in SVG. */
public final class Charts {
  private static final Dimension SIZE = new Dimension(900, 120);
  private static final int HEIGHT_PER_BAR = 16;
  private static final double CATEGORY_MARGIN = 0.15;

  // Okabe and Ito's colours, which readers who do not tell red from green can tell apart.
  private static final int[] COLORS = {0x0072B2, 0x56B4E9, 0xD55E00, 0xE69F00, 0x009E73, 0xCC79A7};

  private Charts() {}

  /**
   * Draws one metric: candidates down, a bar for each condition.
   *
   * @param title what is shown
   * @param facts when and on what it was measured
   * @param measurements of one metric, at least one
   */
  public static String draw(
      String title, Map<String, String> facts, List<Measurement> measurements) {
    DefaultCategoryDataset data = new DefaultCategoryDataset();
    measurements.forEach(m -> data.addValue(m.median(), m.condition(), m.candidate()));
    JFreeChart chart =
        ChartFactory.createBarChart(
            title,
            null,
            "median"
                + (measurements.get(0).unit().isEmpty() ? "" : ", " + measurements.get(0).unit()),
            data,
            PlotOrientation.HORIZONTAL,
            data.getRowCount() > 1,
            false,
            false);
    chart.addSubtitle(
        new TextTitle(facts.getOrDefault("date", "") + ", " + facts.getOrDefault("machine", "")));
    chart.setBackgroundPaint(Color.WHITE);
    CategoryPlot plot = chart.getCategoryPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    BarRenderer renderer = (BarRenderer) plot.getRenderer();
    renderer.setBarPainter(new StandardBarPainter());
    renderer.setShadowVisible(false);
    renderer.setItemMargin(0);
    plot.getDomainAxis().setCategoryMargin(CATEGORY_MARGIN);
    for (int row = 0; row < data.getRowCount(); row++) {
      renderer.setSeriesPaint(row, new Color(COLORS[row % COLORS.length]));
    }
    int height = SIZE.height + measurements.size() * HEIGHT_PER_BAR;
    SVGGraphics2D svg = new SVGGraphics2D(SIZE.width, height);
    chart.draw(svg, new Rectangle(SIZE.width, height));
    return svg.getSVGElement();
  }
}
