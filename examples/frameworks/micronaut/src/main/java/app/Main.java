package app;

import io.micronaut.context.ApplicationContext;

/** Asks the database, and asks again when the password has been rotated. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    try (ApplicationContext context = ApplicationContext.run()) {
      Assets assets = context.getBean(Assets.class);
      System.out.println("answer: " + assets.findById(1L).orElseThrow().name());
      System.in.read();
      System.out.println("answer: " + assets.findById(1L).orElseThrow().name());
    }
  }
}
